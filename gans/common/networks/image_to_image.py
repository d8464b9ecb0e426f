"""The networks of pix2pix (Isola et al. 2017, arXiv:1611.07004, appendix 6.1) and of CycleGAN (Zhu
et al. 2017, arXiv:1703.10593, appendix 7.2), which most translators are made of.

Sized from the data as those of the controlled rows: a level of resolution for each time that the
side can be halved while it is even and greater than 7, where the papers have images of 256x256.
Instance normalisation stands wherever the papers normalise; it is what the batch normalisation of
pix2pix amounts to with its minibatches of one image.
"""

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings

WIDEST = 8  # times the width of the first level, however deep
DROPOUT = 0.5


def begin(network: nn.Module) -> None:
    """Draw all weights of convolutions as both papers do, with a deviation of 0.02; biases are 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


class Forgetful(nn.Module):
    """Dropout that does not end with training: the noise of pix2pix, its section 3.2.1."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, features: Tensor) -> Tensor:
        return nn.functional.dropout(features, self.share, training=True)


class UNet(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)`` of the same size, in [-1, 1].

    An encoder that halves the side at each level and a decoder that doubles it, each level of which
    also sees what the encoder had at its resolution.

    Args:
        shape: ``(c, h, w)`` of an image that is made.
        source: ``(c, h, w)`` of one that is given; h and w as in ``shape``.
        width: channels after the first level; each coarser one has twice as many, up to 8 times.
        dropout: share of the features that the coarse levels of the decoder forget.
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
        depth = (
            count_halvings(min(shape[1:])) + 1
        )  # one more: the innermost level is a few pixels wide
        wide = [min(2**level, WIDEST) * width for level in range(depth)]
        self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
        for level, (inputs, outputs) in enumerate(zip([source[0], *wide], wide, strict=False)):
            layers: list[nn.Module] = [nn.LeakyReLU(0.2)] if level else []
            layers.append(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1))
            if 0 < level < depth - 1:
                layers.append(nn.InstanceNorm2d(outputs))
            self.encoder.append(nn.Sequential(*layers))
        for level in reversed(range(depth)):
            inputs = wide[level] * (1 if level == depth - 1 else 2)
            outputs = wide[level - 1] if level else shape[0]
            layers = [nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)]
            layers += [nn.InstanceNorm2d(outputs)] if level else [nn.Tanh()]
            layers += [Forgetful(dropout)] if level > 1 and dropout else []
            self.decoder.append(nn.Sequential(*layers))
        begin(self)

    def forward(self, images: Tensor) -> Tensor:
        seen = [images]
        for layer in self.encoder:
            seen.append(layer(seen[-1]))
        features = seen.pop()
        for layer in self.decoder:
            features = layer(features)
            if len(seen) > 1:
                features = torch.cat([features, seen.pop()], dim=1)
        return features


class Residual(nn.Module):
    """Features ``(n, c, h, w)`` and what two convolutions add to them."""

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
    """Images ``(n, *source)`` to images ``(n, *shape)``, in [-1, 1]; of any side, whatever it saw.

    Halved up to twice, changed by residual blocks, and doubled again.

    Args:
        shape: ``(c, h, w)`` of an image that is made.
        source: ``(c, h, w)`` of one that is given; h and w as in ``shape``.
        width: channels at full resolution; each coarser level has twice as many.
        blocks: at the coarsest level.
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
        layers += [Residual(width) for _ in range(blocks)]
        for _ in range(depth):
            layers += [
                nn.ConvTranspose2d(width, width // 2, 3, stride=2, padding=1, output_padding=1),
                nn.InstanceNorm2d(width // 2),
                nn.ReLU(inplace=True),
            ]
            width //= 2
        layers += [nn.Conv2d(width, shape[0], 7, padding=3), nn.Tanh()]
        super().__init__(*layers)
        begin(self)


class PatchDiscriminator(nn.Sequential):
    """Images ``(n, channels, h, w)`` to a map of scores ``(n, 1, *)``, one for each patch.

    Args:
        channels: of the images; those of both where a pair is judged.
        side: the smaller side of the images, from which the levels are counted.
        width: channels after the first level; each coarser one has twice as many, up to 8 times.
    """

    def __init__(self, channels: int, side: int, width: int) -> None:
        layers: list[nn.Module] = []
        for level in range(min(3, count_halvings(side))):
            outputs = min(2**level, WIDEST) * width
            layers.append(nn.Conv2d(channels, outputs, 4, stride=2, padding=1))
            layers += [nn.InstanceNorm2d(outputs)] if level else []
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            channels = outputs
        super().__init__(*layers, nn.Conv2d(channels, 1, 3, padding=1))
        begin(self)
