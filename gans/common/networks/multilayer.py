"""Multilayer perceptrons, as in the first GAN (Goodfellow et al. 2014, arXiv:1406.2661)."""

from math import prod

import torch
from torch import Tensor, nn

# what discriminators of points are given beside them
FREQUENCIES, BANDWIDTH = 32, 0.3  # the second in cycles per unit of length


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to samples ``(n, *shape)``.

    Args:
        shape: shape of one sample.
        latent: number of components of the noise.
        width: units of each of the two hidden layers.
        bounded: end in a tanh, so that samples lie in [-1, 1].
    """

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, *, bounded: bool = True
    ) -> None:
        super().__init__(
            nn.Linear(latent, width),
            nn.ReLU(inplace=True),
            nn.Linear(width, width),
            nn.ReLU(inplace=True),
            nn.Linear(width, prod(shape)),
            nn.Tanh() if bounded else nn.Identity(),
            nn.Unflatten(1, shape),
        )


class Fourier(nn.Module):
    """Points ``(n, d)`` and sines and cosines of them, ``(n, d + 2 * count)``.

    The random Fourier features of Tancik et al. 2020, arXiv:2006.10739, section 5, beside the
    points themselves. A perceptron learns what is coarse first (their section 4): without them it
    takes thousands of steps to tell the narrow modes of a mixture from what lies between.

    Args:
        d: coordinates of a point.
        count: number of frequencies, drawn once from a Gaussian.
        bandwidth: its standard deviation, in cycles per unit of length.
    """

    def __init__(self, d: int, *, count: int, bandwidth: float) -> None:
        super().__init__()
        self.register_buffer("frequencies", 2 * torch.pi * bandwidth * torch.randn(d, count))

    frequencies: Tensor

    def forward(self, points: Tensor) -> Tensor:
        phases = points @ self.frequencies
        return torch.cat([points, phases.sin(), phases.cos()], dim=1)


class Discriminator(nn.Module):
    """Samples ``(n, *shape)`` to logits, ``(n,)``, or ``(n, outputs)`` where there are more.

    Args:
        shape: shape of one sample.
        width: units of each of the two hidden layers.
        outputs: values per sample.
        fourier: of how many frequencies it is given sines and cosines beside the sample.
    """

    def __init__(
        self, shape: tuple[int, ...], width: int, outputs: int = 1, *, fourier: int = 0
    ) -> None:
        super().__init__()
        d = prod(shape)
        seen = [Fourier(d, count=fourier, bandwidth=BANDWIDTH)] if fourier else []
        self.features = nn.Sequential(
            nn.Flatten(),
            *seen,
            nn.Linear(d + 2 * fourier, width),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(width, width),
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.head = nn.Linear(width, outputs)

    def forward(self, samples: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(samples)), 1)
