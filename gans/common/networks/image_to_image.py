"""The networks of pix2pix and CycleGAN, which most translators consist of.

Isola et al. 2017, arXiv:1611.07004, appendix 6.1, and Zhu et al. 2017, arXiv:1703.10593, appendix
7.2.

The networks have one level for each halving of the side while it is even and greater than 7; the
papers have 256x256 images. Instance normalisation replaces pix2pix's batch normalisation, which is
equivalent for its minibatches of one image. Convolutions pad with zeros, where CycleGAN's
generator pads by reflection.
"""

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings

MAX_WIDTH_FACTOR = 8  # largest number of channels, in multiples of the first level's
DROPOUT = 0.5


def initialise(network: nn.Module) -> None:
    """Initialise convolutions as both papers do: standard deviation 0.02, biases 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


class PersistentDropout(nn.Module):
    """Dropout that is active in evaluation too: the noise of pix2pix (its section 3.2.1)."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, features: Tensor) -> Tensor:
        return nn.functional.dropout(features, self.probability, training=True)


class UNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)`` of the same size, in [-1, 1].

    The encoder halves the side at each level and the decoder doubles it; skip connections
    concatenate the encoder's features to the decoder's at each resolution.

    Args:
        shape: ``(c, h, w)`` of an output image.
        source: ``(c, h, w)`` of an input image; h and w as in ``shape``.
        width: channels after the first level, doubled at each coarser one up to 8 times.
        dropout: probability of dropout in the coarse levels of the decoder.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        source: tuple[int, ...],
        width: int,
        *,
        dropout: float = DROPOUT,
    ) -> None:
        super().__init__()
        depth = count_halvings(min(shape[1:])) + 1  # the innermost level is a few pixels wide
        widths = [min(2**level, MAX_WIDTH_FACTOR) * width for level in range(depth)]
        self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
        for level, (inputs, outputs) in enumerate(zip([source[0], *widths], widths, strict=False)):
            layers: list[nn.Module] = [nn.LeakyReLU(0.2)] if level else []
            layers.append(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1))
            if 0 < level < depth - 1:
                layers.append(nn.InstanceNorm2d(outputs))
            self.encoder.append(nn.Sequential(*layers))
        for level in reversed(range(depth)):
            inputs = widths[level] * (1 if level == depth - 1 else 2)
            outputs = widths[level - 1] if level else shape[0]
            layers = [nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)]
            layers += [nn.InstanceNorm2d(outputs)] if level else [nn.Tanh()]
            layers += [PersistentDropout(dropout)] if level > 1 and dropout else []
            self.decoder.append(nn.Sequential(*layers))
        initialise(self)

    def forward(self, images: Tensor) -> Tensor:
        skips = [images]
        for layer in self.encoder:
            skips.append(layer(skips[-1]))
        features = skips.pop()
        for layer in self.decoder:
            features = layer(features)
            if len(skips) > 1:
                features = torch.cat([features, skips.pop()], dim=1)
        return features


class ResidualBlock(nn.Module):
    """Features ``(n, c, h, w)`` plus the output of two convolutions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1),
            nn.InstanceNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, padding=1),
            nn.InstanceNorm2d(width),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.branch(features)


class ResNet(nn.Sequential):
    """Images ``(n, *source)`` to images ``(n, *shape)`` in [-1, 1], fully convolutional.

    Up to two strided convolutions, residual blocks, and as many transposed convolutions.

    Args:
        shape: ``(c, h, w)`` of an output image.
        source: ``(c, h, w)`` of an input image; h and w as in ``shape``.
        width: channels at full resolution, doubled at each coarser level.
        blocks: number of residual blocks, at the coarsest level.
    """

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        depth = min(2, count_halvings(min(shape[1:])))
        layers: list[nn.Module] = [
            nn.Conv2d(source[0], width, 7, padding=3),
            nn.InstanceNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        for _ in range(depth):
            layers += [
                nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
                nn.InstanceNorm2d(2 * width),
                nn.ReLU(inplace=True),
            ]
            width *= 2
        layers += [ResidualBlock(width) for _ in range(blocks)]
        for _ in range(depth):
            layers += [
                nn.ConvTranspose2d(width, width // 2, 3, stride=2, padding=1, output_padding=1),
                nn.InstanceNorm2d(width // 2),
                nn.ReLU(inplace=True),
            ]
            width //= 2
        layers += [nn.Conv2d(width, shape[0], 7, padding=3), nn.Tanh()]
        super().__init__(*layers)
        initialise(self)


class PatchDiscriminator(nn.Sequential):
    """Images ``(n, channels, h, w)`` to a map of scores ``(n, 1, *)``, one per patch.

    Args:
        channels: channels of the images, or of a pair of concatenated images.
        side: the smaller side of the images, which determines the number of levels.
        width: channels after the first level, doubled at each coarser one up to 8 times.
    """

    def __init__(self, channels: int, side: int, width: int) -> None:
        layers: list[nn.Module] = []
        for level in range(min(3, count_halvings(side))):
            outputs = min(2**level, MAX_WIDTH_FACTOR) * width
            layers.append(nn.Conv2d(channels, outputs, 4, stride=2, padding=1))
            layers += [nn.InstanceNorm2d(outputs)] if level else []
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            channels = outputs
        super().__init__(*layers, nn.Conv2d(channels, 1, 3, padding=1))
        initialise(self)
