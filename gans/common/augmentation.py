"""Differentiable augmentations of images, bit-reproducible on every device.

A discriminator that sees augmented real and generated images overfits less, and a generator that
receives gradients through the augmentations learns the distribution of images without them:
`DifferentiableAugmentation` (Zhao et al. 2020, arXiv:2006.10738) and `AdaptiveAugmentation` (Karras
et al. 2020, arXiv:2006.06676). Each image is augmented independently.

Images are resampled by `gather` and by products with constant matrices, which have second
derivatives. The gradients of PyTorch's ``grid_sample`` and of its reflection padding differ from run
to run on a GPU.
"""

from math import log, pi

import torch
from torch import Tensor, nn

from gans.common.matrices import (
    hue_rotation,
    luma_flip,
    multiply,
    rotation,
    saturation_scaling,
    scaling,
    translation,
)
from gans.common.warping import Warp, gather, mirror

TARGET = 0.6  # of the overfitting heuristic r_t
INTERVAL = 4  # minibatches from one change of p to the next
# ranges of the adaptive augmentation: uniform shifts and standard deviations of fractional shifts,
# as shares of a side; standard deviations of logarithms of factors, and of the brightness
SHIFT, SCALE, BRIGHTNESS, CONTRAST, SATURATION = 0.125, 0.2 * log(2), 0.2, 0.5 * log(2), log(2)


class DifferentiableAugmentation(nn.Module):
    """Augments images ``(n, c, h, w)`` in [-1, 1] by a fixed policy; leaves vectors unchanged.

    Args:
        policy: names from ``colour``, ``translation`` and ``cutout``, with commas between them; the
            empty string for no augmentation.

    Raises:
        ValueError: the policy has another name.
    """

    def __init__(self, policy: str) -> None:
        super().__init__()
        names = policy.split(",") if policy else []
        if unknown := set(names) - POLICIES.keys():
            raise ValueError(
                f"expected a policy from {', '.join(POLICIES)}, got {', '.join(sorted(unknown))}; "
                "write names with commas between them"
            )
        self.transformations = [POLICIES[name] for name in names]

    def forward(self, images: Tensor) -> Tensor:
        if images.dim() != 4:
            return images
        for transform in self.transformations:
            images = transform(images)
        return images


def jitter_colour(images: Tensor) -> Tensor:
    """Change brightness by -0.5 to 0.5, saturation by a factor of 0 to 2, contrast by 0.5 to 1.5.

    The saturation of a grey image is 0, so that its change has no effect.
    """
    brightness, saturation, contrast = torch.rand(3, len(images), 1, 1, 1, device=images.device)
    images = images + brightness - 0.5
    grey = images.mean(dim=1, keepdim=True)
    images = grey + 2 * saturation * (images - grey)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (contrast + 0.5) * (images - mean)


def translate(images: Tensor, share: float = 1 / 8) -> Tensor:
    """Shift images by up to this share of each side, in pixels, and fill with zeros."""
    places = []
    for side in images.shape[2:]:
        largest = int(side * share + 0.5)
        shift = torch.randint(-largest, largest + 1, (len(images), 1), device=images.device)
        places.append(torch.arange(side, device=images.device) + shift)
    rows, columns = torch.broadcast_tensors(places[0][:, :, None], places[1][:, None])
    height, width = images.shape[2:]
    moved = gather(images, rows.clamp(0, height - 1), columns.clamp(0, width - 1))
    is_inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return moved * is_inside[:, None]


def cut_out(images: Tensor, share: float = 1 / 2) -> Tensor:
    """Set a rectangle with this share of each side to zero; its centre is anywhere in the image."""
    masks = []
    for side in images.shape[2:]:
        size = int(side * share + 0.5)
        centre = torch.randint(side + (size + 1) % 2, (len(images), 1), device=images.device)
        distance = torch.arange(side, device=images.device) - (centre - size // 2)
        masks.append((distance >= 0) & (distance < size))
    return images * ~(masks[0][:, :, None] & masks[1][:, None])[:, None]


POLICIES = {"colour": jitter_colour, "translation": translate, "cutout": cut_out}


class AdaptiveAugmentation(nn.Module):
    """Augments images ``(n, c, h, w)`` in [-1, 1], each transformation with probability p.

    The pipeline is that of appendix B, as far as the paper's experiments use it: pixel blitting, a
    geometric transformation and a colour transformation. Grey images have no hue and no saturation.

    Args:
        shape: ``(c, h, w)`` of an image.
        rampup_samples: real images in which p can rise from 0 to 1.
    """

    p: Tensor
    signs: Tensor  # sum of the mean signs of the scores since the last change of p
    minibatches: Tensor

    def __init__(self, shape: tuple[int, ...], rampup_samples: float) -> None:
        super().__init__()
        self.rampup_samples = rampup_samples
        self.warp = Warp(shape[1], shape[2])
        self.register_buffer("p", torch.tensor(0.0))
        self.register_buffer("signs", torch.tensor(0.0))
        self.register_buffer("minibatches", torch.tensor(0))

    def adapt(self, scores: Tensor) -> None:
        """Adapt p to the discriminator's logits of a minibatch of augmented real images, ``(n,)``.

        Every fourth minibatch, p rises if r_t = E[sign(D(real))] is above the target, and falls
        otherwise (section 3, equation 1).
        """
        self.signs += scores.detach().float().sign().mean()
        self.minibatches += 1
        is_due = self.minibatches % INTERVAL == 0
        excess = self.signs / INTERVAL - TARGET
        step = excess.sign() * (INTERVAL * len(scores) / self.rampup_samples)
        self.p.add_(is_due * step).clamp_(0, 1)
        self.signs *= ~is_due

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):
            return self.transform_colours(self.transform_pixels(images.float()))

    def choose(self, transformations: Tensor, p: Tensor | None = None) -> Tensor:
        """Replace transformations ``(n, k, k)`` by the identity with probability 1 - p."""
        chance = torch.rand(len(transformations), 1, 1, device=transformations.device)
        identity = torch.eye(transformations.shape[1], device=transformations.device)
        return torch.where(chance < (self.p if p is None else p), transformations, identity)

    def draw_blits(self, n: int) -> Tensor:
        """Draw x-flips, rotations by 90 degrees and integer translations, ``(n, 3, 3)``.

        The matrices map homogeneous coordinates (x, y, 1) in pixels, relative to the centre, of an
        augmented image to those of its original.
        """
        device = self.p.device
        one = torch.ones(n, device=device)
        flip = 1 - 2.0 * torch.randint(2, (n,), device=device)
        quarters = rotation(pi / 2 * torch.randint(4, (n,), device=device)).round()
        shift = SHIFT * (2 * torch.rand(2, n, device=device) - 1)
        x, y = (shift[0] * self.warp.width).round(), (shift[1] * self.warp.height).round()
        return multiply([self.choose(m) for m in (scaling(flip, one), quarters, translation(x, y))])

    def draw_geometry(self, n: int) -> Tensor:
        """Draw scalings, rotations and fractional translations, ``(n, 3, 3)`` as `draw_blits`."""
        device = self.p.device
        isotropic, stretch = torch.exp(SCALE * torch.randn(2, n, device=device))
        before, after = pi * (2 * torch.rand(2, n, device=device) - 1)
        x, y = SHIFT * torch.randn(2, n, device=device)
        p_rotation = 1 - (1 - self.p).sqrt()  # so that one of two rotations has probability p
        return multiply(
            [
                self.choose(scaling(isotropic, isotropic)),
                self.choose(rotation(before), p_rotation),
                self.choose(scaling(stretch, 1 / stretch)),
                self.choose(rotation(after), p_rotation),
                self.choose(translation(x * self.warp.width, y * self.warp.height)),
            ]
        )

    def draw_colours(self, n: int) -> tuple[Tensor, Tensor]:
        """Draw colour transformations: a brightness ``(n,)``, and then matrices ``(n, 3, 3)``."""
        device = self.p.device
        is_brighter = torch.rand(n, device=device) < self.p
        brightness = is_brighter * BRIGHTNESS * torch.randn(n, device=device)
        contrast = torch.exp(CONTRAST * torch.randn(n, device=device))
        hue = pi * (2 * torch.rand(n, device=device) - 1)
        saturation = torch.exp(SATURATION * torch.randn(n, device=device))
        steps = [
            self.choose(contrast[:, None, None] * torch.eye(3, device=device)),
            self.choose(luma_flip(torch.randint(2, (n,), device=device))),
            self.choose(hue_rotation(hue)),
            self.choose(saturation_scaling(saturation)),
        ]
        return brightness, multiply(steps[::-1])

    def transform_pixels(self, images: Tensor) -> Tensor:
        """Move the pixels of images; blitting alone copies them, without interpolation."""
        blits, geometry = self.draw_blits(len(images)), self.draw_geometry(len(images))
        x, y = self.warp.transform_pixels(blits)
        copied = gather(
            images,
            mirror(y, self.warp.height).round().long(),
            mirror(x, self.warp.width).round().long(),
        )
        identity = torch.eye(3, device=images.device)
        is_blit = (geometry == identity).all(dim=2).all(dim=1)[:, None, None, None]
        return torch.where(is_blit, copied, self.warp(images, blits @ geometry))

    def transform_colours(self, images: Tensor) -> Tensor:
        """Transform the colours of images; single channels are those of a grey image."""
        brightness, matrices = self.draw_colours(len(images))
        images = images + brightness[:, None, None, None]
        if images.shape[1] == 3:
            return (matrices @ images.flatten(2)).view_as(images)
        return images * matrices.sum(dim=2).mean(dim=1)[:, None, None, None]


class NoAugmentation(nn.Identity):
    """In place of `AdaptiveAugmentation`: images and vectors stay as they are."""

    def adapt(self, scores: Tensor) -> None:
        """Change nothing."""


def adaptive(
    shape: tuple[int, ...], is_used: bool, rampup_samples: float
) -> AdaptiveAugmentation | NoAugmentation:
    """Build the adaptive augmentation of images; vectors have none.

    Args:
        shape: of a sample.
        is_used: whether images are augmented.
        rampup_samples: as for `AdaptiveAugmentation`.
    """
    if is_used and len(shape) == 3:
        return AdaptiveAugmentation(shape, rampup_samples)
    return NoAugmentation()


class AugmentedDiscriminator(nn.Module):
    """Images to the outputs of a discriminator for augmented images, with second derivatives.

    Args:
        augment: the augmentation.
        discriminator: its compiled function, if any, is not used: that has no second derivative.
    """

    def __init__(self, augment: nn.Module, discriminator: nn.Module) -> None:
        super().__init__()
        self.augment, self.discriminator = augment, discriminator

    def forward(self, images: Tensor) -> Tensor:
        return self.discriminator.forward(self.augment(images))
