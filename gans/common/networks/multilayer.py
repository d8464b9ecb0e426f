"""Multilayer perceptrons, as in the first GAN (Goodfellow et al. 2014, arXiv:1406.2661)."""

from math import prod

import torch
from torch import Tensor, nn


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


class Discriminator(nn.Module):
    """Samples ``(n, *shape)`` to logits, ``(n,)``, or ``(n, outputs)`` where there are more.

    Args:
        shape: shape of one sample.
        width: units of each of the two hidden layers.
        outputs: values per sample.
    """

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Flatten(),
            nn.Linear(prod(shape), width),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(width, width),
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.head = nn.Linear(width, outputs)

    def forward(self, samples: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(samples)), 1)
