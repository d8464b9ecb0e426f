"""The growing generator and critic of Karras et al. 2018 (arXiv:1710.10196, section 2 and table 2).

Sized from the data: growth begins where a side cannot be halved any more (4 for 8, 16, 32 and 64;
7 for 28) and doubles it level by level. All levels exist from the beginning, so that one optimiser
trains them; ``grow`` says how many doublings are in use, and its fraction how far the next is faded
in. Images come in and go out at full size whatever is in use: the critic averages them down, the
generator repeats its pixels.
"""

from itertools import pairwise
from math import ceil, prod

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.equalised import Conv2d, Linear
from gans.common.networks.resampling import Downsample, Upsample, downsample, upsample

WIDEST = 512  # channels, however coarse the level


def generator(shape: tuple[int, ...], latent: int, width: int) -> nn.Module:
    """Noise ``(n, latent)`` to samples ``(n, *shape)``; vectors come from the shared perceptron."""
    kind = Generator if len(shape) == 3 else networks.generator
    return kind(shape, latent, width)


def critic(shape: tuple[int, ...], width: int) -> nn.Module:
    """Samples ``(n, *shape)`` to scores ``(n,)``; vectors are judged by the shared perceptron."""
    kind = Critic if len(shape) == 3 else networks.discriminator
    return kind(shape, width)


def grow(network: nn.Module, grown: float) -> None:
    """Put so many doublings of a network in use; one for vectors does not grow."""
    if isinstance(network, Growing):
        network.grow(grown)


def doublings(shape: tuple[int, ...]) -> int:
    """How often the smallest images are doubled; never for vectors, which have no resolution."""
    return min(map(count_halvings, shape[1:])) if len(shape) == 3 else 0


def widths(shape: tuple[int, ...], width: int, widest: int = WIDEST) -> list[int]:
    """Channels of each level, from coarse to fine; a level has half as many as the one before."""
    return [min(width * 2**left, widest) for left in range(doublings(shape), -1, -1)]


def coarse(shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and breadth where growth begins."""
    return shape[1] // 2 ** doublings(shape), shape[2] // 2 ** doublings(shape)


def coarsened(images: Tensor, halvings: float) -> Tensor:
    """Images with the detail that so many halvings leave, in the size they had.

    A fraction blends two resolutions, as the data are blended while a level fades in.
    """
    if halvings == 0:
        return images
    fine, rough = (upsample(downsample(images, k), k) for k in (int(halvings), ceil(halvings)))
    return torch.lerp(fine, rough, halvings % 1)


class PixelNorm(nn.Module):
    """Features of each pixel, or the components of each row, scaled to a mean square of 1."""

    def forward(self, features: Tensor) -> Tensor:
        return features * torch.rsqrt(features.square().mean(dim=1, keepdim=True) + 1e-8)


class MinibatchDeviation(nn.Module):
    """One more channel: how much the features differ between the images of the batch (section 3).

    A number a batch: the deviation of each feature at each place, averaged over all of them.
    """

    def forward(self, features: Tensor) -> Tensor:
        deviation = (features.var(dim=0, correction=0) + 1e-8).sqrt().mean()
        return torch.cat([features, deviation.expand_as(features[:, :1])], dim=1)


def normalised(inputs: int, outputs: int) -> list[nn.Module]:
    """A convolution of the generator."""
    return [Conv2d(inputs, outputs, 3), nn.LeakyReLU(0.2), PixelNorm()]


def plain(inputs: int, outputs: int) -> list[nn.Module]:
    """A convolution of the critic."""
    return [Conv2d(inputs, outputs, 3), nn.LeakyReLU(0.2)]


def verdict(shape: tuple[int, ...], width: int) -> list[nn.Module]:
    """The last layers of the critic: features of the coarsest level to a score ``(n,)``."""
    return [
        MinibatchDeviation(),
        *plain(width + 1, width),
        nn.Flatten(),
        Linear(width * prod(coarse(shape)), width),
        nn.LeakyReLU(0.2),
        Linear(width, 1, gain=1),
        nn.Flatten(0),
    ]


class Growing(nn.Module):
    """A network that knows how far it has grown, which is to its full size at first.

    The share of what fades in is a tensor: a number would have it compiled anew for each value.
    """

    fade: Tensor

    def __init__(self, doublings: int) -> None:
        super().__init__()
        self.doublings = doublings
        self.level, self.fading = doublings, 0  # doublings in use, and whether one more fades in
        self.register_buffer("fade", torch.zeros(()), persistent=False)

    def grow(self, grown: float) -> None:
        """Put so many doublings in use; a fraction of one is the share by which it is faded in."""
        self.level, self.fading = int(grown), int(grown % 1 > 0)
        self.fade.fill_(grown % 1)

    def between(self, old: Tensor, new: Tensor) -> Tensor:
        """What the level so far and the new one make together."""
        return old + self.fade * (new - old)


class Generator(Growing):
    """Noise ``(n, latent)`` to images ``(n, *shape)`` in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image at full size.
        latent: number of components of the noise.
        width: channels at full size.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__(doublings(shape))
        wide = widths(shape, width)
        first = (wide[0], *coarse(shape))
        self.levels = nn.ModuleList(
            [
                nn.Sequential(
                    PixelNorm(),
                    Linear(latent, prod(first)),
                    nn.Unflatten(1, first),
                    nn.LeakyReLU(0.2),
                    PixelNorm(),
                    *normalised(wide[0], wide[0]),
                )
            ]
        )
        for previous, own in pairwise(wide):
            self.levels.append(
                nn.Sequential(Upsample(), *normalised(previous, own), *normalised(own, own))
            )
        self.images = nn.ModuleList(
            nn.Sequential(Conv2d(own, shape[0], 1, gain=1), nn.Tanh()) for own in wide
        )

    def forward(self, noise: Tensor) -> Tensor:
        features = noise
        for level in self.levels[: self.level + 1]:
            features = level(features)
        images = self.images[self.level](features)
        if self.fading:
            newest = self.images[self.level + 1](self.levels[self.level + 1](features))
            images = self.between(upsample(images), newest)
        return upsample(images, self.doublings - self.level - self.fading)


class Critic(Growing):
    """Images ``(n, *shape)`` to scores ``(n,)``, the mirror of the generator.

    Args:
        shape: ``(c, h, w)`` of an image at full size.
        width: channels at full size.
    """

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        super().__init__(doublings(shape))
        wide = widths(shape, width)
        self.images = nn.ModuleList(
            nn.Sequential(Conv2d(shape[0], own, 1), nn.LeakyReLU(0.2)) for own in wide
        )
        self.levels = nn.ModuleList([nn.Sequential(*verdict(shape, wide[0]))])
        for previous, own in pairwise(wide):
            self.levels.append(nn.Sequential(*plain(own, own), *plain(own, previous), Downsample()))

    def forward(self, images: Tensor) -> Tensor:
        images = downsample(images, self.doublings - self.level - self.fading)
        if self.fading:
            newest = self.levels[self.level + 1](self.images[self.level + 1](images))
            features = self.between(self.images[self.level](downsample(images)), newest)
        else:
            features = self.images[self.level](images)
        for level in reversed(self.levels[: self.level + 1]):
            features = level(features)
        return features
