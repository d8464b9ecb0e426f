"""The networks of the controlled rows with self-attention (Zhang et al. 2019, arXiv:1805.08318).

A convolution sees a few pixels around each; attention lets every place draw on every other. It
stands in both players at the finest resolution whose sides are at most 32, where the paper found it
most useful: as many pairs of places as there are cost too much on finer ones.
"""

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks import convolutional, spectral

FINEST = 32  # pixels


class SelfAttention(nn.Module):
    """Features ``(n, c, h, w)`` and, weighted by gamma, what each place finds at all others.

    Gamma begins at 0, so that the network first relies on what is near (equation 3).

    Args:
        channels: c; queries, keys and values have an eighth of them, as in the paper.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = max(1, channels // 8)
        self.key = nn.Conv2d(channels, inner, 1, bias=False)  # W_f
        self.query = nn.Conv2d(channels, inner, 1, bias=False)  # W_g
        self.value = nn.Conv2d(channels, inner, 1, bias=False)  # W_h
        self.out = nn.Conv2d(inner, channels, 1, bias=False)  # W_v
        self.gamma = nn.Parameter(torch.zeros(()))

    def weights(self, features: Tensor) -> Tensor:
        """How much each place, a row, attends to each: ``(n, h * w, h * w)`` (equation 1)."""
        keys, queries = self.key(features).flatten(2), self.query(features).flatten(2)
        return (queries.transpose(1, 2) @ keys).softmax(dim=2)

    def forward(self, features: Tensor) -> Tensor:
        values = self.value(features).flatten(2)
        found = values @ self.weights(features).transpose(1, 2)  # (n, c / 8, h * w), equation 2
        return features + self.gamma * self.out(found.unflatten(2, features.shape[2:]))


def finest(shape: tuple[int, ...], depth: int) -> int:
    """How often an image is halved before it is small enough for attention, at most ``depth``."""
    halvings = 0
    while halvings < depth and max(shape[1:]) // 2**halvings > FINEST:
        halvings += 1
    return halvings


def insert(layers: nn.Sequential, activation: type[nn.Module], level: int, channels: int) -> None:
    """Put self-attention behind the activation number ``level``, counted from 0."""
    places = [place for place, layer in enumerate(layers) if isinstance(layer, activation)]
    layers.insert(places[level] + 1, SelfAttention(channels))


def generator(shape: tuple[int, ...], latent: int, width: int) -> nn.Module:
    """Noise ``(n, latent)`` to samples ``(n, *shape)``, each layer with spectral norm 1."""
    network = networks.generator(shape, latent, width)
    if isinstance(network, convolutional.Generator):
        depth = convolutional.count_halvings(min(shape[1:]))
        halvings = finest(shape, depth)
        insert(network, nn.ReLU, depth - halvings, width * 2**halvings)
    return spectral.normalised(network)


def discriminator(shape: tuple[int, ...], width: int) -> nn.Module:
    """Samples ``(n, *shape)`` to scores ``(n,)``, each layer with spectral norm 1."""
    network = networks.discriminator(shape, width)
    if isinstance(network, convolutional.Discriminator):
        halvings = finest(shape, convolutional.count_halvings(min(shape[1:])))
        insert(network.features, nn.LeakyReLU, halvings, width * 2**halvings)
    return spectral.normalised(network)
