"""The networks of SRGAN and the generator of ESRGAN.

Ledig et al. 2017, arXiv:1609.04802, figure 4, and Wang et al. 2018, arXiv:1809.00219, figure 4.

The generators work at the input resolution and double it at the end. They are fully convolutional,
so that they enlarge images of any size. Their outputs are unbounded, as in the papers. The
outputs are added to a bicubic upsampling and are 0 initially: the papers' budgets have 10^6 steps
to learn the upsampling too.

The discriminator has two convolutions for each halving of the side while it is even and greater
than 7: four halvings, as in the paper, for its 96x96 images.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gans.common.networks.convolutional import count_halvings
from gans.common.networks.resampling import Upsample

MAX_WIDTH_FACTOR = 8  # largest number of channels of the discriminator, in multiples of its width
HIDDEN = 16  # units between the discriminator's dense layers, in multiples of its width
RESIDUAL_SCALING = 0.2  # of the output of a dense block, and of three of them; beta
SLOPE = 0.2  # negative slope of the leaky ReLU
DENSE_CONVOLUTIONS = 5  # of a dense block
DENSE_BLOCKS = 3  # of a residual-in-residual dense block
INITIAL_SCALE = 0.1  # factor on the initial weights of dense blocks


def count_doublings(shape: tuple[int, ...], source: tuple[int, ...]) -> int:
    """Count the doublings from images ``source`` to images ``shape``, both ``(c, h, w)``.

    Raises:
        ValueError: the count is neither 1 nor 2, or the channels differ.
    """
    channels, *sides = source
    for count in (1, 2):
        if [channels, *(2**count * side for side in sides)] == list(shape):
            return count
    raise ValueError(
        f"expected the size of {tuple(source)} doubled once or twice, got {tuple(shape)}; "
        "use images that are enlarged 2 or 4 times"
    )


def upsample_bicubic(images: Tensor, doublings: int) -> Tensor:
    """Upsample images ``(n, c, h, w)`` by ``2**doublings`` with bicubic interpolation.

    Its gradient with respect to the images is not reproducible on a GPU; no loss needs it.
    """
    # only with antialiasing does PyTorch use the kernel of benchmark/data/bicubic.py
    return nn.functional.interpolate(
        images, scale_factor=2**doublings, mode="bicubic", antialias=True, align_corners=False
    )


def zero_convolution(width: int, channels: int, kernel: int) -> nn.Conv2d:
    """Build an output convolution whose weights and biases start at 0."""
    layer = same_convolution(width, channels, kernel)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def same_convolution(inputs: int, outputs: int, kernel: int = 3, **kwargs: Any) -> nn.Conv2d:
    """Build a convolution that keeps the size for stride 1."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **kwargs)


class ResidualBlock(nn.Module):
    """Features ``(n, c, h, w)`` plus the output of two normalised convolutions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            same_convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
            same_convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.branch(features)


class SubPixelUpsample(nn.Sequential):
    """Features ``(n, c, h, w)`` at twice the resolution, by a sub-pixel convolution."""

    def __init__(self, width: int) -> None:
        super().__init__(same_convolution(width, 4 * width), nn.PixelShuffle(2), nn.PReLU(width))


class SRResNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)``, approximately in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of a high-resolution image.
        source: ``(c, h, w)`` of a low-resolution image, with sides of a half or a quarter.
        width: channels of all layers.
        blocks: number of residual blocks.

    Raises:
        ValueError: the shapes do not fit.
    """

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        self.doublings = count_doublings(shape, source)
        self.head = nn.Sequential(same_convolution(source[0], width, 9), nn.PReLU(width))
        self.body = nn.Sequential(
            *[ResidualBlock(width) for _ in range(blocks)],
            same_convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
        )
        self.tail = nn.Sequential(
            *[SubPixelUpsample(width) for _ in range(self.doublings)],
            zero_convolution(width, shape[0], 9),
        )

    def forward(self, images: Tensor) -> Tensor:
        features = self.head(images)
        return upsample_bicubic(images, self.doublings) + self.tail(features + self.body(features))


class DenseBlock(nn.Module):
    """Features ``(n, c, h, w)`` plus the output of five densely connected convolutions.

    Args:
        width: c.
        growth: output channels of each of the first four convolutions.
        scaling: of the output; beta.
    """

    def __init__(self, width: int, growth: int, scaling: float) -> None:
        super().__init__()
        self.scaling = scaling
        self.layers = nn.ModuleList(
            same_convolution(width + i * growth, growth if i < DENSE_CONVOLUTIONS - 1 else width)
            for i in range(DENSE_CONVOLUTIONS)
        )
        for layer in self.layers:
            assert isinstance(layer, nn.Conv2d) and layer.bias is not None
            nn.init.kaiming_normal_(layer.weight)
            layer.weight.data *= INITIAL_SCALE
            nn.init.zeros_(layer.bias)

    def forward(self, features: Tensor) -> Tensor:
        *inner, outer = self.layers
        dense = features
        for layer in inner:
            dense = torch.cat([dense, nn.functional.leaky_relu(layer(dense), SLOPE)], dim=1)
        return features + self.scaling * outer(dense)


class RRDB(nn.Module):
    """A residual-in-residual dense block: features plus the output of three dense blocks.

    Args:
        width, growth: as for `DenseBlock`.
        scaling: of the output of each dense block, and of all three; beta.
    """

    def __init__(self, width: int, growth: int, scaling: float = RESIDUAL_SCALING) -> None:
        super().__init__()
        self.scaling = scaling
        self.branch = nn.Sequential(
            *[DenseBlock(width, growth, scaling) for _ in range(DENSE_BLOCKS)]
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.scaling * self.branch(features)


class RRDBNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)``, approximately in [-1, 1].

    Nearest-neighbour upsampling and a convolution double the resolution, as in the authors' code.

    Args:
        shape: ``(c, h, w)`` of a high-resolution image.
        source: ``(c, h, w)`` of a low-resolution image, with sides of a half or a quarter.
        width: channels between the blocks.
        growth: of the dense blocks.
        blocks: number of residual-in-residual dense blocks.

    Raises:
        ValueError: the shapes do not fit.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        source: tuple[int, ...],
        width: int,
        growth: int,
        blocks: int,
    ) -> None:
        super().__init__()
        self.doublings = count_doublings(shape, source)
        self.head = same_convolution(source[0], width)
        self.body = nn.Sequential(
            *[RRDB(width, growth) for _ in range(blocks)], same_convolution(width, width)
        )
        tail: list[nn.Module] = []
        for _ in range(self.doublings):
            tail += [
                Upsample(),
                same_convolution(width, width),
                nn.LeakyReLU(SLOPE, inplace=True),
            ]
        tail += [same_convolution(width, width), nn.LeakyReLU(SLOPE, inplace=True)]
        self.tail = nn.Sequential(*tail, zero_convolution(width, shape[0], 3))

    def forward(self, images: Tensor) -> Tensor:
        features = self.head(images)
        return upsample_bicubic(images, self.doublings) + self.tail(features + self.body(features))


class NetworkInterpolation(nn.Module):
    """A network; in evaluation, with weights interpolated between stored and current ones.

    Wang et al. 2018, equation 4.

    Args:
        network: without buffers.
        alpha: 0 for the stored and 1 for the current weights.
    """

    kept: Tensor  # the stored weights

    def __init__(self, network: nn.Module, alpha: float) -> None:
        super().__init__()
        self.network = network
        self.alpha = alpha
        self.register_buffer("kept", self.flatten_weights())

    def flatten_weights(self) -> Tensor:
        """Concatenate the current weights to one vector."""
        return torch.cat([weight.detach().flatten() for weight in self.network.parameters()])

    def store_weights(self) -> None:
        """Store the current weights as the start of the interpolation."""
        self.kept.copy_(self.flatten_weights())

    def interpolated_weights(self) -> dict[str, Tensor]:
        """Interpolate between stored and current weights, by name."""
        current = dict(self.network.named_parameters())
        stored = self.kept.split([end.numel() for end in current.values()])
        return {
            name: torch.lerp(start.view(end.shape), end, self.alpha)
            for start, (name, end) in zip(stored, current.items(), strict=True)
        }

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            return self.network(images)
        return functional_call(self.network, self.interpolated_weights(), (images,))


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to scores ``(n, 1)``.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels of the first level, doubled at each coarser one up to 8 times.
    """

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        layers: list[nn.Module] = []
        for level in range(depth):
            outputs = min(2**level, MAX_WIDTH_FACTOR) * width
            for stride, inputs in ((1, channels), (2, outputs)):
                layers.append(same_convolution(inputs, outputs, stride=stride))
                layers += [nn.BatchNorm2d(outputs)] if len(layers) > 1 else []
                layers.append(nn.LeakyReLU(SLOPE, inplace=True))
            channels = outputs
        area = -(-height // 2**depth) * -(-breadth // 2**depth)
        super().__init__(
            *layers,
            nn.Flatten(),
            nn.Linear(channels * area, HIDDEN * width),
            nn.LeakyReLU(SLOPE, inplace=True),
            nn.Linear(HIDDEN * width, 1),
        )
