"""The networks of SRGAN (Ledig et al. 2017, arXiv:1609.04802, figure 4) and the generator of ESRGAN
(Wang et al. 2018, arXiv:1809.00219, figure 4), which work at the resolution of what is given and
double it at the end.

The generators have no layer of a fixed size, and so they enlarge images of any side, whatever they
were trained on. No activation bounds what they make, as in the papers. What they make is added to a
bicubic enlargement, and is nothing at first: the papers' have 10^6 steps to learn to enlarge at all.

The discriminator has two convolutions for each time that the side can be halved while it is even
and greater than 7: four times, as in the paper, for its 96x96.
"""

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gans.common.networks.convolutional import count_halvings
from gans.common.networks.resampling import Upsample

WIDEST = 8  # times the width of the first level of the discriminator, however deep
HIDDEN = 16  # times that width, between its two dense layers
SCALING = 0.2  # of what a dense block, or three of them, adds to what it is given
SLOPE = 0.2  # of the leaky ReLU where it is negative
CONVOLUTIONS = 5  # of a dense block
DENSE_BLOCKS = 3  # of a residual-in-residual dense block
BEGINNING = 0.1  # by what the first weights of dense blocks are multiplied


def doublings(shape: tuple[int, ...], source: tuple[int, ...]) -> int:
    """How often an image ``source`` is doubled to be as large as one of ``shape``, ``(c, h, w)``.

    Raises:
        ValueError: neither once nor twice, or they differ in channels.
    """
    channels, *sides = source
    for count in (1, 2):
        if [channels, *(2**count * side for side in sides)] == list(shape):
            return count
    raise ValueError(
        f"images {tuple(shape)} are not those of {tuple(source)} enlarged 2 or 4 times"
    )


def enlarged(images: Tensor, times: int) -> Tensor:
    """Images ``(n, c, h, w)`` with sides ``2**times`` as long, by bicubic interpolation.

    Its gradient in the images would differ from run to run on a GPU, but nothing asks for it.
    """
    # PyTorch's kernel is that of benchmark/bicubic.py only where it is to avoid aliasing
    return nn.functional.interpolate(
        images, scale_factor=2**times, mode="bicubic", antialias=True, align_corners=False
    )


def last(width: int, channels: int, kernel: int) -> nn.Conv2d:
    """The layer that makes images, which makes nothing at first."""
    layer = convolution(width, channels, kernel)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def convolution(inputs: int, outputs: int, kernel: int = 3, **keywords) -> nn.Conv2d:
    """A convolution that keeps the size, but for its stride."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **keywords)


class Residual(nn.Module):
    """Features ``(n, c, h, w)`` and what two normalised convolutions add to them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
            convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.branch(features)


class Shuffled(nn.Sequential):
    """Features ``(n, c, h, w)`` at twice the side: four of them for each, laid out as a square."""

    def __init__(self, width: int) -> None:
        super().__init__(convolution(width, 4 * width), nn.PixelShuffle(2), nn.PReLU(width))


class SRResNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)``, about in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image that is made.
        source: ``(c, h, w)`` of one that is given, whose sides are a half or a quarter.
        width: channels of all layers.
        blocks: of two convolutions.
    """

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        self.doublings = doublings(shape, source)
        self.head = nn.Sequential(convolution(source[0], width, 9), nn.PReLU(width))
        self.body = nn.Sequential(
            *[Residual(width) for _ in range(blocks)],
            convolution(width, width, bias=False),
            nn.BatchNorm2d(width),
        )
        self.tail = nn.Sequential(
            *[Shuffled(width) for _ in range(self.doublings)],
            last(width, shape[0], 9),
        )

    def forward(self, images: Tensor) -> Tensor:
        features = self.head(images)
        return enlarged(images, self.doublings) + self.tail(features + self.body(features))


class Dense(nn.Module):
    """Features ``(n, c, h, w)`` and what five convolutions add, each of which sees all before it.

    Args:
        width: c.
        growth: channels that each of the first four adds to what the next ones see.
        scaling: of the sum; beta.
    """

    def __init__(self, width: int, growth: int, scaling: float) -> None:
        super().__init__()
        self.scaling = scaling
        self.layers = nn.ModuleList(
            convolution(width + i * growth, growth if i < CONVOLUTIONS - 1 else width)
            for i in range(CONVOLUTIONS)
        )
        for layer in self.layers:
            assert isinstance(layer, nn.Conv2d) and layer.bias is not None
            nn.init.kaiming_normal_(layer.weight)
            layer.weight.data *= BEGINNING
            nn.init.zeros_(layer.bias)

    def forward(self, features: Tensor) -> Tensor:
        *inner, outer = self.layers
        seen = features
        for layer in inner:
            seen = torch.cat([seen, nn.functional.leaky_relu(layer(seen), SLOPE)], dim=1)
        return features + self.scaling * outer(seen)


class RRDB(nn.Module):
    """A residual-in-residual dense block: features and what three dense blocks make of them.

    Args:
        width, growth: of the dense blocks.
        scaling: of what each of them, and the three together, add; beta.
    """

    def __init__(self, width: int, growth: int, scaling: float = SCALING) -> None:
        super().__init__()
        self.scaling = scaling
        self.branch = nn.Sequential(*[Dense(width, growth, scaling) for _ in range(DENSE_BLOCKS)])

    def forward(self, features: Tensor) -> Tensor:
        return features + self.scaling * self.branch(features)


class RRDBNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)``, about in [-1, 1].

    Features are doubled by repetition before a convolution, as in the authors' code.

    Args:
        shape: ``(c, h, w)`` of an image that is made.
        source: ``(c, h, w)`` of one that is given, whose sides are a half or a quarter.
        width: channels between the blocks.
        growth: of the dense blocks.
        blocks: of three dense blocks each.
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
        self.doublings = doublings(shape, source)
        self.head = convolution(source[0], width)
        self.body = nn.Sequential(
            *[RRDB(width, growth) for _ in range(blocks)], convolution(width, width)
        )
        tail: list[nn.Module] = []
        for _ in range(self.doublings):
            tail += [Upsample(), convolution(width, width), nn.LeakyReLU(SLOPE, inplace=True)]
        tail += [convolution(width, width), nn.LeakyReLU(SLOPE, inplace=True)]
        self.tail = nn.Sequential(*tail, last(width, shape[0], 3))

    def forward(self, images: Tensor) -> Tensor:
        features = self.head(images)
        return enlarged(images, self.doublings) + self.tail(features + self.body(features))


class Interpolated(nn.Module):
    """A network; out of training, one whose weights lie between its own and those kept last.

    Args:
        network: without buffers.
        share: of the way from the weights that were kept to its own; alpha.
    """

    kept: Tensor

    def __init__(self, network: nn.Module, share: float) -> None:
        super().__init__()
        self.network = network
        self.share = share
        self.register_buffer("kept", self.flat())

    def flat(self) -> Tensor:
        """Its own weights as one vector."""
        return torch.cat([own.detach().flatten() for own in self.network.parameters()])

    def keep(self) -> None:
        """Begin the way at the weights of this moment."""
        self.kept.copy_(self.flat())

    def weights(self) -> dict[str, Tensor]:
        """Those out of training, by name."""
        own = dict(self.network.named_parameters())
        kept = self.kept.split([end.numel() for end in own.values()])
        return {
            name: torch.lerp(start.view(end.shape), end, self.share)
            for start, (name, end) in zip(kept, own.items(), strict=True)
        }

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            return self.network(images)
        return functional_call(self.network, self.weights(), (images,))


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to scores ``(n, 1)``.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels of the first level; each coarser one has twice as many, up to 8 times.
    """

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        layers: list[nn.Module] = []
        for level in range(depth):
            outputs = min(2**level, WIDEST) * width
            for stride, inputs in ((1, channels), (2, outputs)):
                layers.append(convolution(inputs, outputs, stride=stride))
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
