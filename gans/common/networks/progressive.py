"""The growing generator and critic of Karras et al. 2018 (arXiv:1710.10196, section 2 and table 2).

Growth begins at the size that cannot be halved further (4 for sides of 8, 16, 32 and 64; 7 for 28)
and doubles it level by level. All levels exist from the start, so that one optimiser trains them;
``grow`` sets the number of doublings in use; its fractional part is the fade-in weight of the next
level. Inputs and outputs have full size at every stage of growth: the critic averages images down,
the generator repeats pixels.
"""

from itertools import pairwise
from math import ceil, prod

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.equalised import Conv2d, Linear
from gans.common.networks.resampling import (
    Downsample,
    Upsample,
    downsample,
    upsample,
)

MAX_WIDTH = 512  # channels of a level, by default


def generator(
    shape: tuple[int, ...], latent: int, width: int, max_width: int = MAX_WIDTH
) -> nn.Module:
    """Build the growing generator of images, or the shared generator of vectors.

    Args:
        shape, latent, width, max_width: as for `Generator`.
    """
    if len(shape) == 3:
        return Generator(shape, latent, width, max_width)
    return networks.generator(shape, latent, width)


def critic(shape: tuple[int, ...], width: int, max_width: int = MAX_WIDTH) -> nn.Module:
    """Build the growing critic of images, or the shared discriminator of vectors.

    Args:
        shape, width, max_width: as for `Critic`.
    """
    if len(shape) == 3:
        return Critic(shape, width, max_width)
    return networks.discriminator(shape, width)


def grow(network: nn.Module, growth: float) -> None:
    """Set the doublings that a network uses; networks of vectors do not grow."""
    if isinstance(network, GrowingNetwork):
        network.grow(growth)


def count_doublings(shape: tuple[int, ...]) -> int:
    """Count the doublings from the coarsest to the full size; 0 for vectors."""
    return min(map(count_halvings, shape[1:])) if len(shape) == 3 else 0


def level_widths(shape: tuple[int, ...], width: int, max_width: int = MAX_WIDTH) -> list[int]:
    """List the channels of each level from coarse to fine, halved at each finer level."""
    return [min(width * 2**k, max_width) for k in range(count_doublings(shape), -1, -1)]


def coarsest_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the height and width of the coarsest level."""
    return shape[1] // 2 ** count_doublings(shape), shape[2] // 2 ** count_doublings(shape)


def coarsen(images: Tensor, halvings: float) -> Tensor:
    """Remove the detail that is lost in ``halvings`` halvings, at unchanged size.

    A fractional part blends two resolutions, as for real images while a level fades in.
    """
    if halvings == 0:
        return images
    fine, coarse = (upsample(downsample(images, k), k) for k in (int(halvings), ceil(halvings)))
    return torch.lerp(fine, coarse, halvings % 1)


class PixelNorm(nn.Module):
    """Features scaled to a mean square of 1 over channels, at each pixel or in each row."""

    def forward(self, features: Tensor) -> Tensor:
        return features * torch.rsqrt(features.square().mean(dim=1, keepdim=True) + 1e-8)


class MinibatchStandardDeviation(nn.Module):
    """An additional channel with the standard deviation over the minibatch (section 3).

    One number per minibatch: the standard deviation of each feature at each position, averaged.
    """

    def forward(self, features: Tensor) -> Tensor:
        deviation = (features.var(dim=0, correction=0) + 1e-8).sqrt().mean()
        return torch.cat([features, deviation.expand_as(features[:, :1])], dim=1)


def generator_layers(inputs: int, outputs: int) -> list[nn.Module]:
    """Build a convolution of the generator, with its activation and normalisation."""
    return [Conv2d(inputs, outputs, 3), nn.LeakyReLU(0.2), PixelNorm()]


def critic_layers(inputs: int, outputs: int) -> list[nn.Module]:
    """Build a convolution of the critic, with its activation."""
    return [Conv2d(inputs, outputs, 3), nn.LeakyReLU(0.2)]


def critic_head(shape: tuple[int, ...], width: int) -> list[nn.Module]:
    """Build the critic's last layers, from features of the coarsest level to scores ``(n,)``."""
    return [
        MinibatchStandardDeviation(),
        *critic_layers(width + 1, width),
        nn.Flatten(),
        Linear(width * prod(coarsest_size(shape)), width),
        nn.LeakyReLU(0.2),
        Linear(width, 1, gain=1),
        nn.Flatten(0),
    ]


class GrowingNetwork(nn.Module):
    """The state of growth of a network, which starts at full size.

    The fade-in weight is a tensor: torch.compile would recompile for each value of a number.

    Args:
        doublings: from the coarsest to the full size.
    """

    fade: Tensor

    def __init__(self, doublings: int) -> None:
        super().__init__()
        self.doublings = doublings
        self.level, self.fading = doublings, 0  # doublings in use, and whether one more fades in
        self.register_buffer("fade", torch.zeros(()), persistent=False)

    def grow(self, growth: float) -> None:
        """Set the doublings in use; the fractional part is the fade-in weight of one more."""
        self.level, self.fading = int(growth), int(growth % 1 > 0)
        self.fade.fill_(growth % 1)

    def blend(self, old: Tensor, new: Tensor) -> Tensor:
        """Blend the outputs of the current level and of the level that fades in."""
        return old + self.fade * (new - old)


class Generator(GrowingNetwork):
    """Noise ``(n, latent)`` to images ``(n, *shape)`` in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image at full size.
        latent: number of components of the noise.
        width: channels at full size, doubled at each coarser level.
        max_width: largest number of channels of a level.
    """

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, max_width: int = MAX_WIDTH
    ) -> None:
        super().__init__(count_doublings(shape))
        widths = level_widths(shape, width, max_width)
        first = (widths[0], *coarsest_size(shape))
        self.levels = nn.ModuleList(
            [
                nn.Sequential(
                    PixelNorm(),
                    Linear(latent, prod(first)),
                    nn.Unflatten(1, first),
                    nn.LeakyReLU(0.2),
                    PixelNorm(),
                    *generator_layers(widths[0], widths[0]),
                )
            ]
        )
        for inputs, outputs in pairwise(widths):
            self.levels.append(
                nn.Sequential(
                    Upsample(),
                    *generator_layers(inputs, outputs),
                    *generator_layers(outputs, outputs),
                )
            )
        self.images = nn.ModuleList(
            nn.Sequential(Conv2d(channels, shape[0], 1, gain=1), nn.Tanh()) for channels in widths
        )

    def forward(self, noise: Tensor) -> Tensor:
        features = noise
        for level in self.levels[: self.level + 1]:
            features = level(features)
        images = self.images[self.level](features)
        if self.fading:
            newest = self.images[self.level + 1](self.levels[self.level + 1](features))
            images = self.blend(upsample(images), newest)
        return upsample(images, self.doublings - self.level - self.fading)


class Critic(GrowingNetwork):
    """Images ``(n, *shape)`` to scores ``(n,)``, the mirror image of the generator.

    Args:
        shape: ``(c, h, w)`` of an image at full size.
        width: channels at full size, doubled at each coarser level.
        max_width: largest number of channels of a level.
    """

    def __init__(self, shape: tuple[int, ...], width: int, max_width: int = MAX_WIDTH) -> None:
        super().__init__(count_doublings(shape))
        widths = level_widths(shape, width, max_width)
        self.images = nn.ModuleList(
            nn.Sequential(Conv2d(shape[0], channels, 1), nn.LeakyReLU(0.2)) for channels in widths
        )
        self.levels = nn.ModuleList([nn.Sequential(*critic_head(shape, widths[0]))])
        for outputs, inputs in pairwise(widths):
            self.levels.append(
                nn.Sequential(
                    *critic_layers(inputs, inputs), *critic_layers(inputs, outputs), Downsample()
                )
            )

    def forward(self, images: Tensor) -> Tensor:
        images = downsample(images, self.doublings - self.level - self.fading)
        if self.fading:
            newest = self.levels[self.level + 1](self.images[self.level + 1](images))
            features = self.blend(self.images[self.level](downsample(images)), newest)
        else:
            features = self.images[self.level](images)
        for level in reversed(self.levels[: self.level + 1]):
            features = level(features)
        return features
