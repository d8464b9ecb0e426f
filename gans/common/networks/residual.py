"""The residual networks of R3GAN (Huang et al. 2024, arXiv:2501.05441, section 4).

One modern backbone for both players: inverted bottlenecks with grouped convolutions, bilinear
resampling, and no normalisation. What keeps the signal in bounds instead is how the weights begin
(Fixup, arXiv:1901.09321): the last layer of each block is zero, so that a block is the identity at
first, and the others are the smaller the more blocks there are.

Sized from the data: halved while a side is even and greater than 7, as in the controlled rows.
"""

from itertools import pairwise
from math import gcd, sqrt

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks.progressive import coarse, widths
from gans.common.networks.resampling import Blur, Downsample, Upsample

SLOPE = 0.2  # of the leaky ReLU where it is negative
GAIN = sqrt(2 / (1 + SLOPE**2))  # keeps the mean square through it
WIDEST = 768  # channels, however coarse the level
GROUP = 16  # channels of a group of a convolution, if there are so many


def generator(shape: tuple[int, ...], latent: int, width: int, blocks: int) -> nn.Module:
    """Noise ``(n, latent)`` to samples ``(n, *shape)``; vectors come from the shared perceptron."""
    if len(shape) == 3:
        return Generator(shape, latent, width, blocks)
    return networks.generator(shape, latent, width)


def discriminator(shape: tuple[int, ...], width: int, blocks: int) -> nn.Module:
    """Samples ``(n, *shape)`` to scores ``(n,)``; vectors are judged by the shared perceptron."""
    if len(shape) == 3:
        return Discriminator(shape, width, blocks)
    return networks.discriminator(shape, width)


def convolution(
    inputs: int, outputs: int, kernel: int = 1, *, gain: float = 1.0, groups: int = 1
) -> nn.Conv2d:
    """A convolution that multiplies the deviation of its inputs by ``gain``; its bias is 0."""
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups)
    nn.init.normal_(layer.weight, std=gain / sqrt(inputs // groups * kernel**2))
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


class Block(nn.Module):
    """Features ``(n, c, h, w)`` and what an inverted bottleneck adds to them, nothing at first.

    Args:
        width: c; twice as many are in between.
        blocks: of the whole network, by which the first layers are scaled down: with the three
            layers of a block their gains are multiplied by ``blocks ** (-1 / (2 * 3 - 2))``.
    """

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        hidden = 2 * width
        groups = gcd(hidden, max(1, hidden // GROUP))
        gain = GAIN * blocks**-0.25
        self.branch = nn.Sequential(
            convolution(width, hidden, gain=gain),
            nn.LeakyReLU(SLOPE),
            convolution(hidden, hidden, 3, gain=gain, groups=groups),
            nn.LeakyReLU(SLOPE),
            convolution(hidden, width, gain=0.0),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.branch(features)


class Basis(nn.Module):
    """Noise ``(n, latent)`` to small images ``(n, *shape)``: a learned one, channels weighted."""

    def __init__(self, shape: tuple[int, int, int], latent: int) -> None:
        super().__init__()
        self.basis = nn.Parameter(torch.randn(shape))
        self.weigh = nn.Linear(latent, shape[0], bias=False)
        nn.init.normal_(self.weigh.weight, std=1 / sqrt(latent))

    def forward(self, noise: Tensor) -> Tensor:
        return self.basis * self.weigh(noise)[:, :, None, None]


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to images ``(n, *shape)`` in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of the noise.
        width: channels at full resolution; each coarser level has twice as many.
        blocks: residual ones at each level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, blocks: int) -> None:
        wide = widths(shape, width, WIDEST)
        total = blocks * len(wide)
        layers: list[nn.Module] = [Basis((wide[0], *coarse(shape)), latent)]
        layers += [Block(wide[0], total) for _ in range(blocks)]
        for previous, own in pairwise(wide):
            layers += [convolution(previous, own), Upsample(), Blur()]
            layers += [Block(own, total) for _ in range(blocks)]
        super().__init__(*layers, convolution(wide[-1], shape[0]), nn.Tanh())


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to scores ``(n,)``, the mirror of the generator.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution; each coarser level has twice as many.
        blocks: residual ones at each level.
    """

    def __init__(self, shape: tuple[int, ...], width: int, blocks: int) -> None:
        wide = widths(shape, width, WIDEST)[::-1]
        total = blocks * len(wide)
        layers: list[nn.Module] = [convolution(shape[0], wide[0])]
        layers += [Block(wide[0], total) for _ in range(blocks)]
        for previous, own in pairwise(wide):
            layers += [Blur(), Downsample(), convolution(previous, own)]
            layers += [Block(own, total) for _ in range(blocks)]
        kernel = coarse(shape)
        basis = nn.Conv2d(wide[-1], wide[-1], kernel, groups=wide[-1], bias=False)
        nn.init.normal_(basis.weight, std=1 / sqrt(kernel[0] * kernel[1]))
        head = nn.Linear(wide[-1], 1, bias=False)
        nn.init.normal_(head.weight, std=1 / sqrt(wide[-1]))
        super().__init__(*layers, basis, nn.Flatten(), head, nn.Flatten(0))
