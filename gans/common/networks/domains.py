"""The networks of StarGAN (Choi et al. 2018, arXiv:1711.09020, appendix 7.2).

Images of fewer channels than the networks have are taken too; see `match_channels`.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from gans.common.channels import match_channels
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.image_to_image import WIDEST, ResNet


class DomainTranslator(nn.Module):
    """Images ``(n, *shape)`` of any domain, and the domains wanted, int64 ``(n,)``, to as many images.

    Args:
        shape: ``(c, h, w)`` of an image.
        domains: how many there are; each is a plane beside the channels, 1 if it is wanted, else 0.
        width: channels at full resolution.
        blocks: residual ones.
    """

    def __init__(self, shape: tuple[int, ...], domains: int, width: int, blocks: int) -> None:
        super().__init__()
        self.channels, self.domains = shape[0], domains
        self.network = ResNet(shape, (shape[0] + domains, *shape[1:]), width, blocks)

    def forward(self, images: Tensor, domains: Tensor) -> Tensor:
        images = match_channels(images, self.channels)
        planes = one_hot(domains, self.domains).to(images.dtype)[:, :, None, None]
        return self.network(torch.cat([images, planes.expand(-1, -1, *images.shape[2:])], dim=1))


class DomainDiscriminator(nn.Module):
    """Images ``(n, *shape)`` to scores ``(n, 1)``, the mean of those of patches, and to a domain.

    Without normalisation, for a penalty on its gradient.

    Args:
        shape: ``(c, h, w)`` of an image.
        domains: how many there are.
        width: channels after the first level; each coarser one has twice as many, up to 8 times.
    """

    def __init__(self, shape: tuple[int, ...], domains: int, width: int) -> None:
        super().__init__()
        inputs, height, breadth = shape
        self.channels = inputs
        depth = max(1, count_halvings(min(height, breadth)))
        layers: list[nn.Module] = []
        for level in range(depth):
            outputs = min(2**level, WIDEST) * width
            layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(0.01)]
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.patches = nn.Conv2d(inputs, 1, 3, padding=1, bias=False)
        whole = height // 2**depth, breadth // 2**depth
        self.domain = nn.Conv2d(inputs, domains, whole, bias=False)

    def both(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Scores ``(n, 1)``, and logits of the domains ``(n, domains)``."""
        features = self.features(match_channels(images, self.channels))
        return self.patches(features).mean(dim=(2, 3)), torch.flatten(self.domain(features), 1)

    def forward(self, images: Tensor) -> Tensor:
        return self.both(images)[0]
