"""The networks of UNIT (Liu et al. 2017, arXiv:1703.00848, appendix B) and of MUNIT (Huang et al. 2018,
arXiv:1804.04732, appendix B.1): images to codes, and codes to images.

Sized from the data as the others. UNIT has the layers of MUNIT here, as in its authors' later code.
"""

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings
from gans.common.networks.image_to_image import Residual
from gans.common.networks.style import adain


def depth(shape: tuple[int, ...]) -> int:
    """How often images ``(c, h, w)`` are halved on the way to a code."""
    return min(2, count_halvings(min(shape[1:])))


def wide(shape: tuple[int, ...], width: int) -> int:
    """Channels of the code of an image ``(c, h, w)``."""
    return width * 2 ** depth(shape)


def begin(network: nn.Module) -> None:
    """Draw all weights as the authors of MUNIT do, after He et al. 2015; biases are 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)


class Encoder(nn.Sequential):
    """Images ``(n, *shape)`` to features ``(n, wide, h', w')``, halved up to twice.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution; each coarser level has twice as many.
        blocks: residual ones, at the coarsest level.
        norm: what normalises, made from the number of channels.
    """

    def __init__(
        self, shape: tuple[int, ...], width: int, blocks: int, norm: type[nn.Module] | None = None
    ) -> None:
        norm = norm or nn.InstanceNorm2d
        layers: list[nn.Module] = [
            nn.Conv2d(shape[0], width, 7, padding=3),
            norm(width),
            nn.ReLU(inplace=True),
        ]
        for _ in range(depth(shape)):
            layers += [
                nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
                norm(2 * width),
                nn.ReLU(inplace=True),
            ]
            width *= 2
        super().__init__(*layers, *[Residual(width) for _ in range(blocks)])
        begin(self)


class Decoder(nn.Sequential):
    """Features ``(n, wide, h', w')`` to images ``(n, *shape)`` in [-1, 1].

    Normalised over all of an image, and not map by map, which would undo what a style has set.

    Args:
        shape, width, blocks: as of `Encoder`.
    """

    def __init__(self, shape: tuple[int, ...], width: int, blocks: int) -> None:
        inputs = wide(shape, width)
        layers: list[nn.Module] = [Residual(inputs) for _ in range(blocks)]
        for _ in range(depth(shape)):
            layers += [
                nn.Upsample(scale_factor=2),
                nn.Conv2d(inputs, inputs // 2, 5, padding=2),
                nn.GroupNorm(1, inputs // 2),
                nn.ReLU(inplace=True),
            ]
            inputs //= 2
        layers += [nn.Conv2d(inputs, shape[0], 7, padding=3), nn.Tanh()]
        super().__init__(*layers)
        begin(self)


class StyleEncoder(nn.Module):
    """Images ``(n, *shape)`` to styles ``(n, style)``.

    Without normalisation, which would take away the means and deviations that a style consists of.

    Args:
        shape: ``(c, h, w)`` of an image.
        style: number of components of a style.
        width: channels at full resolution.
    """

    def __init__(self, shape: tuple[int, ...], style: int, width: int) -> None:
        super().__init__()
        self.features = Encoder(shape, width, 0, norm=nn.Identity)
        self.head = nn.Linear(wide(shape, width), style)
        begin(self.head)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images).mean(dim=(2, 3)))


class StyledDecoder(nn.Module):
    """Contents ``(n, wide, h', w')`` and styles ``(n, style)`` to images ``(n, *shape)`` in [-1, 1].

    A perceptron makes of the style the mean and the deviation of every map of the residual blocks.

    Args:
        shape: ``(c, h, w)`` of an image.
        style: number of components of a style.
        width: channels at full resolution.
        blocks: residual ones.
        hidden: units of either hidden layer of the perceptron.
    """

    def __init__(
        self, shape: tuple[int, ...], style: int, width: int, blocks: int, hidden: int
    ) -> None:
        super().__init__()
        inputs = wide(shape, width)
        self.mapping = nn.Sequential(
            nn.Linear(style, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, 4 * blocks * inputs),
        )
        self.layers = nn.ModuleList(
            nn.Conv2d(inputs, inputs, 3, padding=1) for _ in range(2 * blocks)
        )
        begin(self)
        self.images = Decoder(shape, width, 0)

    def forward(self, content: Tensor, style: Tensor) -> Tensor:
        told = self.mapping(style).chunk(2 * len(self.layers), dim=1)
        for block in range(0, len(self.layers), 2):
            first, second = self.layers[block], self.layers[block + 1]
            shift, scale, last_shift, last_scale = told[2 * block : 2 * block + 4]
            changed = torch.relu(adain(first(content), scale, shift))
            content = content + adain(second(changed), last_scale, last_shift)
        return self.images(content)


class Coupled(nn.ModuleDict):
    """Autoencoders of the domains ``source`` and ``target``, the same next to the code: UNIT's.

    Args:
        shape: ``(c, h, w)`` of an image of the target domain.
        source: ``(c, h, w)`` of one of the source domain; h and w as in ``shape``.
        width: channels at full resolution.
        blocks: residual ones of an encoder, and of a decoder; one of them is that of both domains.
    """

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        self["encoder"], self["decoder"] = (Residual(wide(shape, width)) for _ in range(2))
        begin(self)
        for domain, own in {"source": source, "target": shape}.items():
            self[f"{domain}_encoder"] = Encoder(own, width, blocks - 1)
            self[f"{domain}_decoder"] = Decoder(own, width, blocks - 1)

    def encode(self, images: Tensor, domain: str) -> Tensor:
        """Mean codes ``(n, wide, h', w')`` of images of a domain."""
        return self["encoder"](self[f"{domain}_encoder"](images))

    def decode(self, codes: Tensor, domain: str) -> Tensor:
        """Images of a domain, in [-1, 1]."""
        return self[f"{domain}_decoder"](self["decoder"](codes))

    def draw(self, images: Tensor, domain: str) -> tuple[Tensor, Tensor]:
        """Codes out of Gaussians of unit variance, and the mean over the components of their
        divergence from the prior, a scalar."""
        mean = self.encode(images, domain)
        return mean + torch.randn_like(mean), 0.5 * mean.square().mean()


class Disentangled(nn.ModuleDict):
    """Autoencoders of the domains ``source`` and ``target`` with a code of two parts: MUNIT's.

    Args:
        shape, source, width: as of `Coupled`.
        style: number of components of a style.
        blocks: residual ones of an encoder of contents, and of a decoder.
        hidden: units of a hidden layer of the perceptrons that styles go through.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        source: tuple[int, ...],
        style: int,
        width: int,
        blocks: int,
        hidden: int,
    ) -> None:
        super().__init__()
        for domain, own in {"source": source, "target": shape}.items():
            self[f"{domain}_content"] = Encoder(own, width, blocks)
            self[f"{domain}_style"] = StyleEncoder(own, style, width)
            self[f"{domain}_decoder"] = StyledDecoder(own, style, width, blocks, hidden)

    def encode(self, images: Tensor, domain: str) -> tuple[Tensor, Tensor]:
        """Contents ``(n, wide, h', w')`` and styles ``(n, style)`` of images of a domain."""
        return self[f"{domain}_content"](images), self[f"{domain}_style"](images)

    def decode(self, contents: Tensor, styles: Tensor, domain: str) -> Tensor:
        """Images of a domain, in [-1, 1]."""
        return self[f"{domain}_decoder"](contents, styles)
