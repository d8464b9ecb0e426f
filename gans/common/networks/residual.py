"""The residual networks of R3GAN (Huang et al. 2024, arXiv:2501.05441, section 4).

Both players have the same modern backbone: inverted bottlenecks with grouped convolutions, bilinear
resampling and no normalisation. Initialisation keeps the scale of the signal instead (Fixup,
arXiv:1901.09321): the last layer of each block starts at zero, so that the block is the identity,
and the other layers are scaled down with the number of blocks.

The networks have one level for each halving of a side while it is even and greater than 7, as the
networks of the controlled rows.
"""

from itertools import pairwise
from math import gcd, sqrt

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks.progressive import coarsest_size, level_widths
from gans.common.networks.resampling import Blur, Downsample, Upsample

SLOPE = 0.2  # negative slope of the leaky ReLU
GAIN = sqrt(2 / (1 + SLOPE**2))  # preserves the mean square through a leaky ReLU
MAX_WIDTH = 768  # channels of a level
GROUP = 16  # channels per group of a grouped convolution, at most


def generator(shape: tuple[int, ...], latent: int, width: int, blocks: int) -> nn.Module:
    """Build the residual generator of images, or the shared generator of vectors.

    Args:
        shape, latent, width, blocks: as for `Generator`.
    """
    if len(shape) == 3:
        return Generator(shape, latent, width, blocks)
    return networks.generator(shape, latent, width)


def discriminator(shape: tuple[int, ...], width: int, blocks: int) -> nn.Module:
    """Build the residual discriminator of images, or the shared discriminator of vectors.

    Args:
        shape, width, blocks: as for `Discriminator`.
    """
    if len(shape) == 3:
        return Discriminator(shape, width, blocks)
    return networks.discriminator(shape, width)


def scaled_convolution(
    inputs: int, outputs: int, kernel: int = 1, *, gain: float = 1.0, groups: int = 1
) -> nn.Conv2d:
    """Build a convolution that scales the standard deviation by ``gain``, with bias 0."""
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups)
    nn.init.normal_(layer.weight, std=gain / sqrt(inputs // groups * kernel**2))
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


class Block(nn.Module):
    """Features ``(n, c, h, w)`` plus the output of an inverted bottleneck, initially 0.

    Args:
        width: c; the hidden layers have twice as many channels.
        blocks: number of blocks of the network, which scales down the first two layers: with three
            layers per block their gain is multiplied by ``blocks ** (-1 / (2 * 3 - 2))``.
    """

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        hidden = 2 * width
        groups = gcd(hidden, max(1, hidden // GROUP))
        gain = GAIN * blocks**-0.25
        self.branch = nn.Sequential(
            scaled_convolution(width, hidden, gain=gain),
            nn.LeakyReLU(SLOPE),
            scaled_convolution(hidden, hidden, 3, gain=gain, groups=groups),
            nn.LeakyReLU(SLOPE),
            scaled_convolution(hidden, width, gain=0.0),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.branch(features)


class Basis(nn.Module):
    """Noise ``(n, latent)`` to feature maps ``(n, *shape)``: learnt ones, scaled by the noise."""

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
        width: channels at full resolution, doubled at each coarser level.
        blocks: residual blocks per level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, blocks: int) -> None:
        widths = level_widths(shape, width, MAX_WIDTH)
        total = blocks * len(widths)
        layers: list[nn.Module] = [Basis((widths[0], *coarsest_size(shape)), latent)]
        layers += [Block(widths[0], total) for _ in range(blocks)]
        for inputs, outputs in pairwise(widths):
            layers += [scaled_convolution(inputs, outputs), Upsample(), Blur()]
            layers += [Block(outputs, total) for _ in range(blocks)]
        super().__init__(*layers, scaled_convolution(widths[-1], shape[0]), nn.Tanh())


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to scores ``(n,)``, the mirror image of the generator.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
        blocks: residual blocks per level.
    """

    def __init__(self, shape: tuple[int, ...], width: int, blocks: int) -> None:
        widths = level_widths(shape, width, MAX_WIDTH)[::-1]
        total = blocks * len(widths)
        layers: list[nn.Module] = [scaled_convolution(shape[0], widths[0])]
        layers += [Block(widths[0], total) for _ in range(blocks)]
        for inputs, outputs in pairwise(widths):
            layers += [Blur(), Downsample(), scaled_convolution(inputs, outputs)]
            layers += [Block(outputs, total) for _ in range(blocks)]
        kernel = coarsest_size(shape)
        basis = nn.Conv2d(widths[-1], widths[-1], kernel, groups=widths[-1], bias=False)
        nn.init.normal_(basis.weight, std=1 / sqrt(kernel[0] * kernel[1]))
        head = nn.Linear(widths[-1], 1, bias=False)
        nn.init.normal_(head.weight, std=1 / sqrt(widths[-1]))
        super().__init__(*layers, basis, nn.Flatten(), head, nn.Flatten(0))
