"""The networks of StarGAN (Choi et al. 2018, arXiv:1711.09020, appendix 7.2).

They also accept images with a single channel; see `match_channels`.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from gans.common.channels import match_channels
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.image_to_image import MAX_WIDTH_FACTOR, ResNet


class DomainTranslator(nn.Module):
    """Images ``(n, *shape)`` and target domains, int64 ``(n,)``, to images of these domains.

    Args:
        shape: ``(c, h, w)`` of an image.
        domains: number of domains; the target domain enters as one-hot planes.
        width: channels at full resolution.
        blocks: number of residual blocks.
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
    """Images ``(n, *shape)`` to scores ``(n, 1)``, the mean over patches, and to domain logits.

    It has no normalisation, because its loss has a gradient penalty.

    Args:
        shape: ``(c, h, w)`` of an image.
        domains: number of domains.
        width: channels after the first level, doubled at each coarser one up to 8 times.
    """

    def __init__(self, shape: tuple[int, ...], domains: int, width: int) -> None:
        super().__init__()
        inputs, height, breadth = shape
        self.channels = inputs
        depth = max(1, count_halvings(min(height, breadth)))
        layers: list[nn.Module] = []
        for level in range(depth):
            outputs = min(2**level, MAX_WIDTH_FACTOR) * width
            layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(0.01)]
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.patches = nn.Conv2d(inputs, 1, 3, padding=1, bias=False)
        kernel = height // 2**depth, breadth // 2**depth
        self.domain = nn.Conv2d(inputs, domains, kernel, bias=False)

    def score_and_classify(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores ``(n, 1)`` and the logits of the domains ``(n, domains)``."""
        features = self.features(match_channels(images, self.channels))
        return self.patches(features).mean(dim=(2, 3)), torch.flatten(self.domain(features), 1)

    def forward(self, images: Tensor) -> Tensor:
        return self.score_and_classify(images)[0]
