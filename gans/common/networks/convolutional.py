"""The generator and the discriminator of DCGAN (Radford et al. 2016, arXiv:1511.06434, section 3).

The number of levels follows from the image size: the side is halved while it is even and greater
than 7, once for 8x8, twice for 28x28 and four times for 64x64. The discriminator has no batch
normalisation: a gradient penalty (WGAN-GP, DRAGAN) needs a discriminator that treats samples
independently, and all controlled rows use the same discriminator.
"""

import torch
from torch import Tensor, nn


def count_halvings(side: int, above: int = 7) -> int:
    """Count how often a side can be halved while it is even and greater than ``above``."""
    count = 0
    while side % 2 == 0 and side > above:
        side //= 2
        count += 1
    return count


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to images ``(n, c, h, w)`` in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of the noise.
        width: channels at full resolution, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        inputs = width * 2**depth
        coarsest = (inputs, height // 2**depth, breadth // 2**depth)
        layers: list[nn.Module] = [
            nn.Linear(latent, inputs * coarsest[1] * coarsest[2], bias=False),
            nn.Unflatten(1, coarsest),
            nn.BatchNorm2d(inputs),
            nn.ReLU(inplace=True),
        ]
        for _ in range(depth):
            layers += [
                nn.ConvTranspose2d(inputs, inputs // 2, 4, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(inputs // 2),
                nn.ReLU(inplace=True),
            ]
            inputs //= 2
        super().__init__(*layers, nn.Conv2d(inputs, channels, 3, padding=1), nn.Tanh())


class Discriminator(nn.Module):
    """Images ``(n, c, h, w)`` to logits ``(n,)``, or ``(n, outputs)`` for several outputs.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
        outputs: logits per image.
    """

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        layers: list[nn.Module] = [
            nn.Conv2d(channels, width, 3, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        for _ in range(depth):
            layers += [
                nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            width *= 2
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(width * (height // 2**depth) * (breadth // 2**depth), outputs)

    def forward(self, images: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(images)), 1)
