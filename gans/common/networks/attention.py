"""The networks of the controlled rows with self-attention (Zhang et al. 2019, arXiv:1805.08318).

A convolution sees a small neighbourhood; self-attention connects all positions of a feature map.
Both players have it at the finest resolution with sides of at most 32, where the paper found it
most useful: the cost is quadratic in the number of positions. The residual networks have it after a
block, so the discriminator, whose first block halves the image, has it at 16x16 for 32x32 images.
"""

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.networks import convolutional, resnet, spectral
from gans.common.variant import Backbone

LARGEST_SIDE = 32  # pixels, of a feature map with attention


class SelfAttention(nn.Module):
    """Features ``(n, c, h, w)`` plus their self-attention, weighted by gamma.

    Gamma starts at 0, so that the network first relies on local cues (equation 3).

    Args:
        channels: c; queries, keys and values have c / 8 channels, as in the paper.
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
        """Compute the attention of each position, a row, to all: ``(n, h * w, h * w)`` (eq. 1)."""
        keys, queries = self.key(features).flatten(2), self.query(features).flatten(2)
        return (queries.transpose(1, 2) @ keys).softmax(dim=2)

    def forward(self, features: Tensor) -> Tensor:
        values = self.value(features).flatten(2)
        attended = values @ self.weights(features).transpose(1, 2)  # (n, c / 8, h * w), eq. 2
        return features + self.gamma * self.out(attended.unflatten(2, features.shape[2:]))


def count_halvings_to_attention(shape: tuple[int, ...], depth: int) -> int:
    """Count the halvings until an image fits `LARGEST_SIDE`, at most ``depth``."""
    halvings = 0
    while halvings < depth and max(shape[1:]) // 2**halvings > LARGEST_SIDE:
        halvings += 1
    return halvings


def insert_attention(
    layers: nn.Sequential, activation: type[nn.Module], level: int, channels: int
) -> None:
    """Insert self-attention after the activation layer number ``level``, counted from 0."""
    indices = [index for index, layer in enumerate(layers) if isinstance(layer, activation)]
    layers.insert(indices[level] + 1, SelfAttention(channels))


def generator(
    shape: tuple[int, ...], latent: int, width: int, backbone: Backbone = "dcgan"
) -> nn.Module:
    """Build the shared generator with self-attention and spectral norm 1 in every layer.

    Args:
        shape, latent, width, backbone: as for `gans.common.networks.generator`.

    Raises:
        ValueError: as `gans.common.networks.check_backbone`.
    """
    network = networks.generator(shape, latent, width, backbone=backbone)
    if isinstance(network, convolutional.Generator):
        depth = convolutional.count_halvings(min(shape[1:]))
        halvings = count_halvings_to_attention(shape, depth)
        insert_attention(network, nn.ReLU, depth - halvings, width * 2**halvings)
    elif isinstance(network, resnet.Generator):
        widths = resnet.list_generator_widths(shape, width)
        depth = len(widths) - 1
        level = depth - count_halvings_to_attention(shape, depth)
        network.blocks.insert(level, SelfAttention(widths[level]))
    return spectral.apply_spectral_norm(network)


def discriminator(shape: tuple[int, ...], width: int, backbone: Backbone = "dcgan") -> nn.Module:
    """Build the shared discriminator with self-attention and spectral norm 1 in every layer.

    Args:
        shape, width, backbone: as for `gans.common.networks.discriminator`.

    Raises:
        ValueError: as `gans.common.networks.check_backbone`.
    """
    network = networks.discriminator(shape, width, backbone=backbone)
    if isinstance(network, convolutional.Discriminator):
        depth = convolutional.count_halvings(min(shape[1:]))
        halvings = count_halvings_to_attention(shape, depth)
        insert_attention(network.features, nn.LeakyReLU, halvings, width * 2**halvings)
    elif isinstance(network, resnet.Discriminator):
        depth = resnet.count_discriminator_halvings(shape)
        blocks = max(1, count_halvings_to_attention(shape, depth))
        channels = resnet.list_discriminator_widths(shape, width)[blocks - 1]
        network.features.insert(blocks, SelfAttention(channels))
    return spectral.apply_spectral_norm(network)
