"""The residual networks of SNGAN (Miyato et al. 2018, arXiv:1802.05957, tables 3 and 4).

The blocks are those of Gulrajani et al. 2017 (arXiv:1704.00028, appendix): two 3x3 convolutions and
a shortcut, which has a 1x1 convolution if the block resamples or changes the number of channels.
Hidden channels, shortcuts and initialisation, which the tables leave open, are those of SNGAN's
authors (github.com/pfnet-research/sngan_projection), except for the discriminator's last layer.

- Sides of at most 32 (table 3): all blocks of the discriminator have ``width`` channels, those of
  the generator twice as many. The discriminator halves twice and ends in two blocks of constant
  size.
- Larger sides (table 4, for 48x48): channels double with each halving, up to ``16 * width``. The
  discriminator halves as often as it can and ends in one block of constant size. The networks of
  the same papers for 128x128 follow this rule, too.

The generator's coarsest maps have sides of 4 to 7, as those of DCGAN; the discriminator halves
sides that are even and greater than 4. With a condition, the generator has conditional batch
normalisation (Miyato and Koyama 2018, arXiv:1802.05637).
"""

from itertools import pairwise
from math import prod, sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from gans.common.networks.convolutional import count_halvings
from gans.common.networks.resampling import Downsample, upsample

SMALL_SIDE = 32  # pixels; the networks of images up to this side are those of table 3
SMALL_HALVINGS, SMALL_BLOCKS = 2, 2  # of their discriminator; the blocks keep the size
SMALL_FACTOR = 2  # channels of their generator, as a multiple of the width
MAX_FACTOR = 16  # channels of the widest blocks, as a multiple of the width
GAIN = sqrt(2)  # of the initial weights of 3x3 convolutions in blocks


def is_small(shape: tuple[int, ...]) -> bool:
    """Whether the networks of images ``(c, h, w)`` are those of table 3."""
    return max(shape[1:]) <= SMALL_SIDE


def list_generator_widths(shape: tuple[int, ...], width: int) -> list[int]:
    """List the channels of the generator's feature maps, from the coarsest to full resolution."""
    levels = range(min(count_halvings(side) for side in shape[1:]), -1, -1)
    if is_small(shape):
        return [SMALL_FACTOR * width] * len(levels)
    return [width * min(2**level, MAX_FACTOR) for level in levels]


def count_discriminator_halvings(shape: tuple[int, ...]) -> int:
    """Count how often the discriminator halves images ``(c, h, w)``."""
    halvings = min(count_halvings(side, above=4) for side in shape[1:])
    return min(halvings, SMALL_HALVINGS) if is_small(shape) else halvings


def list_discriminator_widths(shape: tuple[int, ...], width: int) -> list[int]:
    """List the channels after each block of the discriminator."""
    halvings = count_discriminator_halvings(shape)
    if is_small(shape):
        return [width] * (halvings + SMALL_BLOCKS)
    return [width * min(2**level, MAX_FACTOR) for level in range(halvings + 1)]


def initialise(layer: nn.Conv2d | nn.Linear, gain: float = 1.0) -> None:
    """Initialise as the authors do: Glorot's uniform distribution, biases 0."""
    nn.init.xavier_uniform_(layer.weight, gain)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)


def convolution(inputs: int, outputs: int, kernel: int, gain: float = 1.0) -> nn.Conv2d:
    """Build a convolution that keeps the size, with the initialisation of `initialise`."""
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
    initialise(layer, gain)
    return layer


class ConditionalBatchNorm(nn.Module):
    """Batch normalisation of ``(n, channels, h, w)`` with scale and shift linear in a condition.

    For a class as a one-hot vector these are a scale and a shift per class (Dumoulin et al. 2017,
    arXiv:1610.07629, equation 5). They start at 1 and 0.

    Args:
        channels: of the feature maps.
        classes: number of components of the condition.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale = nn.Linear(classes, channels, bias=False)  # minus 1
        self.shift = nn.Linear(classes, channels, bias=False)
        for layer in (self.scale, self.shift):
            nn.init.zeros_(layer.weight)

    def forward(self, features: Tensor, condition: Tensor) -> Tensor:
        scale, shift = 1 + self.scale(condition), self.shift(condition)
        return scale[:, :, None, None] * self.norm(features) + shift[:, :, None, None]


class GeneratorBlock(nn.Module):
    """Features ``(n, inputs, h, w)`` to ``(n, outputs, 2 * h, 2 * w)``.

    Args:
        inputs, outputs: numbers of channels.
        classes: number of components of the condition, ``(n, classes)``; 0 for none.
    """

    def __init__(self, inputs: int, outputs: int, classes: int = 0) -> None:
        super().__init__()
        self.norms = nn.ModuleList(
            ConditionalBatchNorm(channels, classes) if classes else nn.BatchNorm2d(channels)
            for channels in (inputs, outputs)
        )
        self.first = convolution(inputs, outputs, 3, GAIN)
        self.second = convolution(outputs, outputs, 3, GAIN)
        self.shortcut = convolution(inputs, outputs, 1)

    def forward(self, features: Tensor, *condition: Tensor) -> Tensor:
        first_norm, second_norm = self.norms
        hidden = self.first(upsample(relu(first_norm(features, *condition))))
        hidden = self.second(relu(second_norm(hidden, *condition)))
        # equal to a convolution of upsampled features, and cheaper
        return hidden + upsample(self.shortcut(features))


class Generator(nn.Module):
    """Noise and condition ``(n, latent + classes)`` to images ``(n, c, h, w)`` in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of the noise, which come first.
        width: channels at full resolution; half of them for sides of at most 32.
        classes: number of components of the condition, such as a one-hot class; 0 for none.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, classes: int = 0) -> None:
        super().__init__()
        self.sizes = [latent, classes]
        widths = list_generator_widths(shape, width)
        coarsest = (widths[0], *(side // 2 ** (len(widths) - 1) for side in shape[1:]))
        linear = nn.Linear(latent, prod(coarsest))
        initialise(linear)
        self.coarsest = nn.Sequential(linear, nn.Unflatten(1, coarsest))
        self.blocks = nn.ModuleList(
            GeneratorBlock(inputs, outputs, classes) for inputs, outputs in pairwise(widths)
        )
        self.image = nn.Sequential(
            nn.BatchNorm2d(widths[-1]), nn.ReLU(), convolution(widths[-1], shape[0], 3), nn.Tanh()
        )

    def forward(self, inputs: Tensor) -> Tensor:
        noise, *condition = inputs.split(self.sizes, dim=1)
        if not self.sizes[1]:
            condition = []
        features = self.coarsest(noise)
        for block in self.blocks:
            features = block(features, *condition)
        return self.image(features)


class DiscriminatorBlock(nn.Module):
    """Features ``(n, inputs, h, w)`` to ``(n, outputs, h, w)``, or half the size.

    Args:
        inputs, outputs: numbers of channels.
        is_halved: whether the block halves the size.
        is_first: whether the input is an image, to which no ReLU is applied.
    """

    def __init__(self, inputs: int, outputs: int, *, is_halved: bool, is_first: bool) -> None:
        super().__init__()
        hidden = outputs if is_first else inputs
        self.activation = nn.Identity() if is_first else nn.ReLU()
        self.first = convolution(inputs, hidden, 3, GAIN)
        self.second = convolution(hidden, outputs, 3, GAIN)
        self.resample = Downsample() if is_halved else nn.Identity()
        is_identity = inputs == outputs and not is_halved
        self.shortcut = nn.Identity() if is_identity else convolution(inputs, outputs, 1)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.second(relu(self.first(self.activation(features))))
        # a 1x1 convolution and the mean commute
        return self.resample(hidden) + self.shortcut(self.resample(features))


class SumPool(nn.Module):
    """Sum feature maps ``(n, c, h, w)`` over positions: ``(n, c)``."""

    def forward(self, features: Tensor) -> Tensor:
        return features.sum(dim=(2, 3))


class Discriminator(nn.Module):
    """Images ``(n, c, h, w)`` to logits ``(n,)``, or ``(n, outputs)`` for several outputs.

    It has no normalisation, as in the tables, so it scores images independently. Sums over
    positions are large. The initial weights of the last layer are therefore divided by the number
    of positions, so that logits start near 0; spectral normalisation removes this factor.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels after the first block.
        outputs: logits per image.
    """

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        halvings = count_discriminator_halvings(shape)
        channels = [shape[0], *list_discriminator_widths(shape, width)]
        blocks = [
            DiscriminatorBlock(*pair, is_halved=index < halvings, is_first=index == 0)
            for index, pair in enumerate(pairwise(channels))
        ]
        self.features = nn.Sequential(*blocks, nn.ReLU(), SumPool())
        self.head = nn.Linear(channels[-1], outputs)
        positions = prod(side // 2**halvings for side in shape[1:])
        initialise(self.head, gain=1 / positions)  # the first logits are those of mean pooling

    def forward(self, images: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(images)), 1)
