"""The networks of BigGAN (Brock et al. 2019, arXiv:1809.11096, section 3 and appendix B).

Both players are residual, with spectral norm 1 in every layer, and have self-attention at one
resolution. The class reaches the generator by conditional batch normalisation and the discriminator
by a projection. The networks have one level for each halving of a side while it is even and greater
than 7: five at 128x128, as in the paper.
"""

from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.nn.utils.parametrize import register_parametrization

from gans.common import networks
from gans.common.networks.attention import SelfAttention
from gans.common.networks.progressive import coarsest_size, count_doublings, level_widths
from gans.common.networks.resampling import Downsample, upsample
from gans.common.networks.spectral import SpectralNorm, apply_spectral_norm

LARGEST_SIDE = 64  # pixels, of a feature map with attention


def generator(
    shape: tuple[int, ...], latent: int, width: int, max_width: int, classes: int, embedding: int
) -> nn.Module:
    """Build the generator of images, or a perceptron for vectors.

    Args:
        shape, latent, width, max_width, classes, embedding: as for `Generator`.
    """
    if len(shape) == 3:
        return Generator(shape, latent, width, max_width, classes, embedding)
    return VectorGenerator(shape, latent, width, classes, embedding)


def attention_level(shape: tuple[int, ...]) -> int:
    """Return the finest level below the full size with sides of at most `LARGEST_SIDE`.

    Levels count from 0, the coarsest. The paper has attention at 64x64 in images of 128x128.
    """
    level = count_doublings(shape) - 1
    while level > 0 and max(shape[1:]) / 2 ** (count_doublings(shape) - level) > LARGEST_SIDE:
        level -= 1
    return level


def initialise(network: nn.Module) -> nn.Module:
    """Initialise weights as orthogonal matrices, then give layers spectral norm 1, in place."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.Embedding):
            nn.init.orthogonal_(layer.weight)
    return apply_spectral_norm(network)


class ConditionalBatchNorm(nn.Module):
    """Batch normalisation whose gain and bias are linear functions of a condition.

    Args:
        channels: of the features ``(n, channels, h, w)``.
        conditions: number of components of the condition ``(n, conditions)``.
    """

    def __init__(self, channels: int, conditions: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = nn.Linear(conditions, channels, bias=False)
        self.bias = nn.Linear(conditions, channels, bias=False)

    def forward(self, features: Tensor, condition: Tensor) -> Tensor:
        gain, bias = 1 + self.gain(condition), self.bias(condition)
        return self.norm(features) * gain[:, :, None, None] + bias[:, :, None, None]


class GeneratorBlock(nn.Module):
    """Features ``(n, inputs, h, w)`` to features of twice the size (figure 15b).

    Args:
        inputs, outputs: numbers of channels.
        conditions: number of components of the condition.
    """

    def __init__(self, inputs: int, outputs: int, conditions: int) -> None:
        super().__init__()
        self.first_norm = ConditionalBatchNorm(inputs, conditions)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second_norm = ConditionalBatchNorm(outputs, conditions)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1)

    def forward(self, features: Tensor, condition: Tensor) -> Tensor:
        hidden = self.first(upsample(relu(self.first_norm(features, condition))))
        hidden = self.second(relu(self.second_norm(hidden, condition)))
        return hidden + upsample(self.skip(features))  # a 1x1 convolution commutes with upsampling


class Generator(nn.Module):
    """Noise ``(n, latent)`` and labels ``(n,)`` to images ``(n, *shape)`` in [-1, 1].

    The noise is split into one chunk for each level. The first chunk is the input; each block is
    conditioned on a chunk of its own and on the class embedding, which all blocks share.

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of the noise; the first chunk takes the remainder.
        width: channels at full resolution, doubled at each coarser level.
        max_width: maximum channels of a level.
        classes: number of classes.
        embedding: number of components of the class embedding.

    Raises:
        ValueError: the sides of an image cannot be halved, so that no block would see the class.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        latent: int,
        width: int,
        max_width: int,
        classes: int,
        embedding: int,
    ) -> None:
        super().__init__()
        widths = level_widths(shape, width, max_width)
        if len(widths) == 1:
            raise ValueError(
                f"expected images with even sides greater than 7, got {shape[1]}x{shape[2]}; "
                "resize the images"
            )
        chunk = latent // len(widths)
        self.chunks = [latent - chunk * (len(widths) - 1)] + [chunk] * (len(widths) - 1)
        self.first = (widths[0], *coarsest_size(shape))
        self.attention_level = attention_level(shape)
        self.embedding = nn.Embedding(classes, embedding)
        self.linear = nn.Linear(self.chunks[0], prod(self.first))
        self.blocks = nn.ModuleList(
            GeneratorBlock(inputs, outputs, embedding + chunk)
            for inputs, outputs in pairwise(widths)
        )
        self.attention = SelfAttention(widths[self.attention_level])
        self.image = nn.Sequential(
            nn.BatchNorm2d(widths[-1]),
            nn.ReLU(),
            nn.Conv2d(widths[-1], shape[0], 3, padding=1),
            nn.Tanh(),
        )
        initialise(self)

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        first, *chunks = noise.split(self.chunks, dim=1)
        features = self.linear(first).unflatten(1, self.first)
        embedded = self.embedding(labels)
        for level, (block, chunk) in enumerate(zip(self.blocks, chunks, strict=True)):
            if level == self.attention_level:
                features = self.attention(features)
            features = block(features, torch.cat([embedded, chunk], dim=1))
        return self.image(features)


class VectorGenerator(nn.Module):
    """Noise ``(n, latent)`` and labels ``(n,)`` to vectors ``(n, *shape)``.

    The shared perceptron, whose noise has the class embedding beside it.

    Args:
        shape, latent, width, classes, embedding: as for `Generator`.
    """

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, classes: int, embedding: int
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(classes, embedding)
        self.layers = networks.generator(shape, latent + embedding, width)
        initialise(self)

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        return self.layers(torch.cat([noise, self.embedding(labels)], dim=1))


class DiscriminatorBlock(nn.Module):
    """Features ``(n, inputs, h, w)`` to features with other channels (figure 15c).

    Args:
        inputs, outputs: numbers of channels.
        activates: whether the input is activated first; images are not.
        halves: whether the output has half the size.
    """

    def __init__(self, inputs: int, outputs: int, *, activates: bool, halves: bool) -> None:
        super().__init__()
        pool = Downsample() if halves else nn.Identity()
        self.branch = nn.Sequential(
            nn.ReLU() if activates else nn.Identity(),
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            pool,
        )
        is_identity = inputs == outputs and not halves
        self.skip = nn.Sequential(
            pool, nn.Identity() if is_identity else nn.Conv2d(inputs, outputs, 1)
        )

    def forward(self, features: Tensor) -> Tensor:
        return self.branch(features) + self.skip(features)


class Discriminator(nn.Module):
    """Samples ``(n, *shape)`` and labels ``(n,)`` to scores ``(n,)``, by a projection.

    Vectors have the hidden layers of the shared discriminator in place of the residual blocks.

    Args:
        shape, width, max_width, classes: as for `Generator`.
    """

    def __init__(self, shape: tuple[int, ...], width: int, max_width: int, classes: int) -> None:
        super().__init__()
        self.features: nn.Module
        if len(shape) == 3:
            self.features = image_features(shape, level_widths(shape, width, max_width)[::-1])
        else:
            self.features, _ = networks.discriminator(shape, width).children()
        inputs = self.features(torch.zeros(1, *shape)).shape[1]
        self.linear = nn.Linear(inputs, 1)
        self.embedding = nn.Embedding(classes, inputs)
        initialise(self)
        normalised = SpectralNorm(self.embedding.weight, 0)
        register_parametrization(self.embedding, "weight", normalised)

    def forward(self, samples: Tensor, labels: Tensor) -> Tensor:
        features = self.features(samples)
        return self.linear(features)[:, 0] + (self.embedding(labels) * features).sum(dim=1)


class SumPool(nn.Module):
    """Features ``(n, c, h, w)`` summed over positions, ``(n, c)``."""

    def forward(self, features: Tensor) -> Tensor:
        return features.sum(dim=(2, 3))


def image_features(shape: tuple[int, ...], widths: list[int]) -> nn.Sequential:
    """Build the layers from images to features ``(n, widths[-1])``.

    Args:
        shape: ``(c, h, w)`` of an image.
        widths: channels of the levels from fine to coarse.
    """
    blocks: list[nn.Module] = [
        DiscriminatorBlock(inputs, outputs, activates=index > 0, halves=True)
        for index, (inputs, outputs) in enumerate(pairwise([shape[0], *widths[:-1]]))
    ]
    level = count_doublings(shape) - 1 - attention_level(shape)
    blocks.insert(level + 1, SelfAttention(widths[level]))
    last = DiscriminatorBlock(widths[-2], widths[-1], activates=True, halves=False)
    return nn.Sequential(*blocks, last, nn.ReLU(), SumPool())
