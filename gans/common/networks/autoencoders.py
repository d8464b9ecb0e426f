"""The autoencoders of UNIT and of MUNIT.

Liu et al. 2017, arXiv:1703.00848, appendix B, and Huang et al. 2018, arXiv:1804.04732, appendix
B.1.

The networks have as many levels as the image size allows, at most two. UNIT has MUNIT's layers, as
in its authors' later code. Convolutions pad with zeros, where that code pads by reflection.
"""

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings
from gans.common.networks.image_to_image import ResidualBlock
from gans.common.networks.style import adain


def count_encoder_halvings(shape: tuple[int, ...]) -> int:
    """Count how often an encoder halves images ``(c, h, w)``, at most twice."""
    return min(2, count_halvings(min(shape[1:])))


def count_code_channels(shape: tuple[int, ...], width: int) -> int:
    """Count the channels of the code of an image ``(c, h, w)``."""
    return width * 2 ** count_encoder_halvings(shape)


def initialise(network: nn.Module) -> None:
    """Initialise as MUNIT's authors do: He's normal distribution, biases 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)


class Encoder(nn.Sequential):
    """Images ``(n, *shape)`` to feature maps ``(n, channels, h', w')``, halved up to twice.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
        blocks: number of residual blocks, at the coarsest level.
        norm: class of the normalisation layers, built from the number of channels.
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
        for _ in range(count_encoder_halvings(shape)):
            layers += [
                nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
                norm(2 * width),
                nn.ReLU(inplace=True),
            ]
            width *= 2
        super().__init__(*layers, *[ResidualBlock(width) for _ in range(blocks)])
        initialise(self)


class Decoder(nn.Sequential):
    """Feature maps ``(n, channels, h', w')`` to images ``(n, *shape)`` in [-1, 1].

    Layer normalisation follows the upsampling: instance normalisation would remove a style's
    statistics.

    Args:
        shape, width, blocks: as for `Encoder`.
    """

    def __init__(self, shape: tuple[int, ...], width: int, blocks: int) -> None:
        inputs = count_code_channels(shape, width)
        layers: list[nn.Module] = [ResidualBlock(inputs) for _ in range(blocks)]
        for _ in range(count_encoder_halvings(shape)):
            layers += [
                nn.Upsample(scale_factor=2),
                nn.Conv2d(inputs, inputs // 2, 5, padding=2),
                nn.GroupNorm(1, inputs // 2),
                nn.ReLU(inplace=True),
            ]
            inputs //= 2
        layers += [nn.Conv2d(inputs, shape[0], 7, padding=3), nn.Tanh()]
        super().__init__(*layers)
        initialise(self)


class StyleEncoder(nn.Module):
    """Images ``(n, *shape)`` to styles ``(n, style)``.

    The encoder has no normalisation, which would remove the feature statistics of a style.

    Args:
        shape: ``(c, h, w)`` of an image.
        style: number of components of a style.
        width: channels at full resolution.
    """

    def __init__(self, shape: tuple[int, ...], style: int, width: int) -> None:
        super().__init__()
        self.features = Encoder(shape, width, 0, norm=nn.Identity)
        self.head = nn.Linear(count_code_channels(shape, width), style)
        initialise(self.head)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images).mean(dim=(2, 3)))


class StyledDecoder(nn.Module):
    """Contents ``(n, channels, h', w')`` and styles ``(n, style)`` to images in [-1, 1].

    A multilayer perceptron maps the style to the AdaIN parameters of the residual blocks.

    Args:
        shape: ``(c, h, w)`` of an image.
        style: number of components of a style.
        width: channels at full resolution.
        blocks: number of residual blocks.
        hidden: units of each of the perceptron's two hidden layers.
    """

    def __init__(
        self, shape: tuple[int, ...], style: int, width: int, blocks: int, hidden: int
    ) -> None:
        super().__init__()
        inputs = count_code_channels(shape, width)
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
        initialise(self)
        self.images = Decoder(shape, width, 0)

    def forward(self, content: Tensor, style: Tensor) -> Tensor:
        parameters = self.mapping(style).chunk(2 * len(self.layers), dim=1)
        for block in range(0, len(self.layers), 2):
            first, second = self.layers[block], self.layers[block + 1]
            shift, scale, second_shift, second_scale = parameters[2 * block : 2 * block + 4]
            residual = torch.relu(adain(first(content), scale, shift))
            content = content + adain(second(residual), second_scale, second_shift)
        return self.images(content)


class CoupledAutoencoders(nn.ModuleDict):
    """UNIT's autoencoders of the domains ``source`` and ``target``, which share the middle layers.

    Args:
        shape: ``(c, h, w)`` of a target image.
        source: ``(c, h, w)`` of a source image; h and w as in ``shape``.
        width: channels at full resolution.
        blocks: residual blocks of an encoder, and of a decoder; one of them is shared.
    """

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        channels = count_code_channels(shape, width)
        self["encoder"], self["decoder"] = (ResidualBlock(channels) for _ in range(2))
        initialise(self)
        for domain, domain_shape in {"source": source, "target": shape}.items():
            self[f"{domain}_encoder"] = Encoder(domain_shape, width, blocks - 1)
            self[f"{domain}_decoder"] = Decoder(domain_shape, width, blocks - 1)

    def encode(self, images: Tensor, domain: str) -> Tensor:
        """Encode images of a domain as mean codes ``(n, channels, h', w')``."""
        return self["encoder"](self[f"{domain}_encoder"](images))

    def decode(self, codes: Tensor, domain: str) -> Tensor:
        """Decode codes to images of a domain, in [-1, 1]."""
        return self[f"{domain}_decoder"](self["decoder"](codes))

    def sample_codes(self, images: Tensor, domain: str) -> tuple[Tensor, Tensor]:
        """Draw codes from Gaussians of unit variance, and compute their divergence.

        Returns:
            Codes ``(n, channels, h', w')``, and the Kullback-Leibler divergence from the prior,
            averaged over images and components, a scalar.
        """
        mean = self.encode(images, domain)
        return mean + torch.randn_like(mean), 0.5 * mean.square().mean()


class DisentangledAutoencoders(nn.ModuleDict):
    """MUNIT's autoencoders of the domains ``source`` and ``target``, with contents and styles.

    Args:
        shape, source, width: as for `CoupledAutoencoders`.
        style: number of components of a style.
        blocks: residual blocks of a content encoder, and of a decoder.
        hidden: units of each hidden layer of the perceptrons that map styles to AdaIN parameters.
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
        for domain, domain_shape in {"source": source, "target": shape}.items():
            self[f"{domain}_content"] = Encoder(domain_shape, width, blocks)
            self[f"{domain}_style"] = StyleEncoder(domain_shape, style, width)
            self[f"{domain}_decoder"] = StyledDecoder(domain_shape, style, width, blocks, hidden)

    def encode(self, images: Tensor, domain: str) -> tuple[Tensor, Tensor]:
        """Encode images of a domain as contents ``(n, channels, h', w')`` and styles."""
        return self[f"{domain}_content"](images), self[f"{domain}_style"](images)

    def decode(self, contents: Tensor, styles: Tensor, domain: str) -> Tensor:
        """Decode contents and styles to images of a domain, in [-1, 1]."""
        return self[f"{domain}_decoder"](contents, styles)
