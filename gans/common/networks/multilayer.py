"""Multilayer perceptrons, as in the first GAN (Goodfellow et al. 2014, arXiv:1406.2661)."""

from math import prod

import torch
from torch import Tensor, nn

# random Fourier features of the discriminators of points
FREQUENCIES, BANDWIDTH = 32, 0.3  # number; standard deviation in cycles per unit of length


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to samples ``(n, *shape)``.

    Args:
        shape: of one sample.
        latent: number of components of the noise.
        width: units of each of the two hidden layers.
        bounded: whether a tanh bounds the samples to [-1, 1].
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


class FourierFeatures(nn.Module):
    """Points ``(n, d)`` to points with their sines and cosines, ``(n, d + 2 * count)``.

    Tancik et al. 2020, arXiv:2006.10739, section 5, concatenated to the points. A
    perceptron learns low frequencies first (section 4 there): without these features it takes
    thousands of steps to separate the narrow modes of a mixture.

    Args:
        d: coordinates of a point.
        count: number of frequencies, drawn once from a Gaussian.
        bandwidth: standard deviation of the Gaussian, in cycles per unit of length.
    """

    frequencies: Tensor

    def __init__(self, d: int, *, count: int, bandwidth: float) -> None:
        super().__init__()
        self.register_buffer("frequencies", 2 * torch.pi * bandwidth * torch.randn(d, count))

    def forward(self, points: Tensor) -> Tensor:
        phases = points @ self.frequencies
        return torch.cat([points, phases.sin(), phases.cos()], dim=1)


class Discriminator(nn.Module):
    """Samples ``(n, *shape)`` to logits ``(n,)``, or ``(n, outputs)`` for several outputs.

    Args:
        shape: of one sample.
        width: units of each of the two hidden layers.
        outputs: logits per sample.
        fourier: number of frequencies of the `FourierFeatures` of the input; 0 for none.
    """

    def __init__(
        self, shape: tuple[int, ...], width: int, outputs: int = 1, *, fourier: int = 0
    ) -> None:
        super().__init__()
        d = prod(shape)
        features = [FourierFeatures(d, count=fourier, bandwidth=BANDWIDTH)] if fourier else []
        self.features = nn.Sequential(
            nn.Flatten(),
            *features,
            nn.Linear(d + 2 * fourier, width),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(width, width),
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.head = nn.Linear(width, outputs)

    def forward(self, samples: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(samples)), 1)
