"""Networks for points with maxout units, as in PacGAN (Lin et al. 2018, arXiv:1712.04086).

The networks of the authors' code for mixtures in the plane, which takes them from ALI (Dumoulin et
al. 2017, arXiv:1606.00704): a generator of four hidden layers with batch normalisation and a
discriminator of three maxout layers (Goodfellow et al. 2013, arXiv:1302.4389).
"""

from math import prod

import torch
from torch import Tensor, nn

LAYERS = {"generator": 4, "discriminator": 3}  # hidden
PIECES = 5  # linear functions of a maxout unit
STD = 0.02  # of the initial weights; biases start at 0


def initialise(layer: nn.Module) -> None:
    """Draw the weights of a linear layer from a Gaussian, and set its biases to 0."""
    if isinstance(layer, nn.Linear):
        nn.init.normal_(layer.weight, std=STD)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to unbounded vectors ``(n, *shape)``; the hidden layers have ``width``."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        layers: list[nn.Module] = []
        for inputs in [latent, *[width] * (LAYERS["generator"] - 1)]:
            layers += [nn.Linear(inputs, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
        super().__init__(*layers, nn.Linear(width, prod(shape)), nn.Unflatten(1, shape))
        self.apply(initialise)


class Maxout(nn.Linear):
    """Features ``(n, inputs)`` to the maxima of ``PIECES`` linear functions, ``(n, width)``."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__(inputs, width * PIECES)

    def forward(self, features: Tensor) -> Tensor:
        return super().forward(features).unflatten(1, (-1, PIECES)).amax(dim=2)


class Discriminator(nn.Module):
    """Vectors ``(n, *shape)`` to logits ``(n,)``; the hidden layers have ``width // 2`` units."""

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        units = [prod(shape), *[width // 2] * LAYERS["discriminator"]]
        layers = map(Maxout, units, units[1:])
        self.features = nn.Sequential(nn.Flatten(), *layers)
        self.head = nn.Linear(units[-1], outputs)
        self.apply(initialise)

    def forward(self, samples: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(samples)), 1)
