"""Networks of captions: one that reads them, and those that draw and judge what they say.

Reed et al. 2016, arXiv:1605.05396, section 4, and Zhang et al. 2017, arXiv:1612.03242, sections 3.2
to 3.4, with fewer channels and sized from the data.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, leaky_relu, normalize

from gans.common.networks.convolutional import Generator, count_halvings
from gans.common.networks.resampling import Upsample

EMBEDDING = 64  # components of an embedded caption
WORD = 32  # of a word
REACH = 3  # words that are read together


class CaptionEncoder(nn.Module):
    """Captions to vectors: words as vectors, filters over neighbouring words, their maxima.

    A convolution over words and a maximum over the caption, as Reed et al. 2016 (arXiv:1605.05395)
    begin their encoder with; what follows there is recurrent. Its weights are few and plain, so
    that a variant can hold them as buffers.

    Args:
        vocabulary: number of words, the padding included, which is word 0.
    """

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.words = nn.Parameter(torch.randn(vocabulary, WORD))
        self.filters = nn.Parameter(torch.randn(EMBEDDING, WORD, REACH) / sqrt(WORD * REACH))
        self.offsets = nn.Parameter(torch.zeros(EMBEDDING))
        self.projection = nn.Parameter(torch.randn(EMBEDDING, EMBEDDING) / sqrt(EMBEDDING))

    def forward(self, condition: Tensor) -> Tensor:
        """Captions, int64 ``(n, words)``, to ``(n, EMBEDDING)``, see `encode`."""
        return encode(condition, **dict(self.named_parameters()))


def encode(
    condition: Tensor, *, words: Tensor, filters: Tensor, offsets: Tensor, projection: Tensor
) -> Tensor:
    """What captions are to the encoder whose weights these are, ``(n, EMBEDDING)``.

    Each has a mean square of 1, and so a length of ``sqrt(EMBEDDING)``.

    Args:
        condition: places of words, int64 ``(n, words)``, where 0 is none.
        words, filters, offsets, projection: see `CaptionEncoder`.
    """
    there = (condition != 0)[:, :, None]
    read = words[condition] * there  # (n, words, WORD)
    found = conv1d(read.transpose(1, 2), filters, offsets, padding=REACH // 2).relu()
    # what a filter finds is 0 at least, so that padding takes part in no maximum
    most = (found * there.transpose(1, 2)).amax(dim=2)
    return sqrt(EMBEDDING) * normalize(most @ projection.T, dim=1)


class Compressed(nn.Sequential):
    """Embedded captions ``(n, EMBEDDING)`` to codes ``(n, code)``, by one layer."""

    def __init__(self, code: int) -> None:
        super().__init__(nn.Linear(EMBEDDING, code), nn.LeakyReLU(0.2))


class Augmentation(nn.Module):
    """Conditioning augmentation: a Gaussian for each caption, from which its code is drawn.

    Zhang et al. 2017, section 3.2.

    Args:
        code: components of a code.
    """

    def __init__(self, code: int) -> None:
        super().__init__()
        self.layer = nn.Linear(EMBEDDING, 2 * code)

    def forward(self, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """Codes ``(n, code)`` of embedded captions, and how far their Gaussians are from N(0, I).

        The divergence is the mean over captions and components, as in the authors' code.
        """
        mean, log_variance = self.layer(embedded).chunk(2, dim=1)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)  # eq. 2
        return code, divergence.mean()


def over(code: Tensor, maps: Tensor) -> Tensor:
    """Maps ``(n, c, h, w)`` with a code ``(n, d)`` beside them at every place."""
    planes = code[:, :, None, None].expand(-1, -1, *maps.shape[2:])
    return torch.cat([maps, planes], dim=1)


class MatchingDiscriminator(nn.Module):
    """Images and embedded captions to logits ``(n,)``: whether it is real and they belong together.

    The image is halved down to a few places, where the caption's code is set beside what is seen of
    it; a convolution of one pixel joins the two.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution; each coarser level has twice as many.
        code: components of a caption's code.
    """

    def __init__(self, shape: tuple[int, ...], width: int, code: int) -> None:
        super().__init__()
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2)]
        for _ in range(depth):
            layers += [nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            width *= 2
        self.look = nn.Sequential(*layers)
        self.read = Compressed(code)
        self.join = nn.Conv2d(width + code, width, 1)
        self.head = nn.Linear(width * (height // 2**depth) * (breadth // 2**depth), 1)

    def forward(self, images: Tensor, embedded: Tensor) -> Tensor:
        joined = leaky_relu(self.join(over(self.read(embedded), self.look(images))), 0.2)
        return self.head(joined.flatten(1)).squeeze(1)


class Sketch(nn.Module):
    """Noise ``(n, latent)`` and embedded captions to small images, and the codes' divergence.

    Args:
        shape: ``(c, h, w)`` of a small image.
        latent: number of components of the noise.
        width: channels at full resolution; each coarser level has twice as many.
        code: components of a caption's code.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, code: int) -> None:
        super().__init__()
        self.read = Augmentation(code)
        self.draw = Generator(shape, latent + code, width)

    def forward(self, noise: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor]:
        code, divergence = self.read(embedded)
        return self.draw(torch.cat([noise, code], dim=1)), divergence


class Block(nn.Module):
    """Maps ``(n, width, h, w)`` and what two convolutions add to them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, maps: Tensor) -> Tensor:
        return (maps + self.branch(maps)).relu()


class Refiner(nn.Module):
    """Small images and embedded captions to larger images, and the codes' divergence.

    The small image is halved once more, the code set beside it at every place, and both go through
    residual blocks and are doubled to the size wanted; Zhang et al. 2017, section 3.4.

    Args:
        shape: ``(c, h, w)`` of a larger image.
        times: how often a small image is doubled.
        width: channels at full resolution.
        code: components of a caption's code.
        blocks: residual ones.
    """

    def __init__(
        self, shape: tuple[int, ...], times: int, width: int, code: int, blocks: int
    ) -> None:
        super().__init__()
        self.read = Augmentation(code)
        wide = width * 2 ** (times + 1)
        self.look = nn.Sequential(
            nn.Conv2d(shape[0], wide // 2, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(wide // 2, wide, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
        )
        self.join = nn.Sequential(
            nn.Conv2d(wide + code, wide, 3, padding=1, bias=False), nn.BatchNorm2d(wide), nn.ReLU()
        )
        layers: list[nn.Module] = [Block(wide) for _ in range(blocks)]
        for _ in range(times + 1):
            layers += [
                Upsample(),
                nn.Conv2d(wide, wide // 2, 3, padding=1, bias=False),
                nn.BatchNorm2d(wide // 2),
                nn.ReLU(),
            ]
            wide //= 2
        self.draw = nn.Sequential(*layers, nn.Conv2d(wide, shape[0], 3, padding=1), nn.Tanh())

    def forward(self, images: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor]:
        code, divergence = self.read(embedded)
        return self.draw(self.join(over(code, self.look(images)))), divergence
