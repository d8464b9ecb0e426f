"""The networks of StyleGAN (Karras et al. 2019, arXiv:1812.04948, section 2, configuration E).

A mapping network turns noise into a style, and a synthesis network applies a style in each of its
layers. The layers are ProGAN's layers at full size, with bilinear resampling.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from gans.common import networks
from gans.common.networks.equalised import Conv2d, Linear
from gans.common.networks.progressive import (
    PixelNorm,
    coarsest_size,
    critic_head,
    critic_layers,
    level_widths,
)
from gans.common.networks.resampling import Blur, Downsample, Upsample


def generator(
    shape: tuple[int, ...], latent: int, width: int, depth: int, lr_scale: float
) -> nn.ModuleDict:
    """Build the networks ``mapping`` and ``synthesis``.

    ``mapping`` maps noise ``(n, latent)`` to styles ``(n, latent)``, and ``synthesis`` maps the
    styles of all layers, ``(n, layers, latent)``, to samples ``(n, *shape)``. For vectors the
    synthesis is the shared generator, which counts as one layer; its noise is the style.

    Args:
        shape, latent, width: as for `Synthesis`.
        depth, lr_scale: as for `Mapping`.
    """
    if len(shape) == 3:
        synthesis: nn.Module = Synthesis(shape, latent, width)
    else:
        synthesis = nn.Sequential(nn.Flatten(), networks.generator(shape, latent, width))
    return nn.ModuleDict({"mapping": Mapping(latent, depth, lr_scale), "synthesis": synthesis})


def discriminator(shape: tuple[int, ...], width: int) -> nn.Module:
    """Build the discriminator of images, or the shared discriminator of vectors.

    Args:
        shape, width: as for `Discriminator`.
    """
    build = Discriminator if len(shape) == 3 else networks.discriminator
    return build(shape, width)


def count_layers(shape: tuple[int, ...]) -> int:
    """Count the layers of the synthesis network that apply a style."""
    return 2 * len(level_widths(shape, 1)) if len(shape) == 3 else 1


def mix_styles(first: Tensor, second: Tensor, shape: tuple[int, ...], probability: float) -> Tensor:
    """Mix two styles per sample: the first before a random layer, the second after it.

    Args:
        first, second: styles ``(n, latent)``.
        shape: of a sample.
        probability: of mixing a sample, at a layer drawn uniformly; other samples have the first
            style in all layers.

    Returns:
        Styles of each layer, ``(n, layers, latent)``.
    """
    count = count_layers(shape)
    crossover = 1 + (torch.rand(len(first), 1, device=first.device) * (count - 1)).floor()
    is_mixed = torch.rand(len(first), 1, device=first.device) < probability
    layers = torch.arange(count, device=first.device)
    is_first = layers < torch.where(is_mixed, crossover, count)
    return torch.where(is_first[:, :, None], first[:, None], second[:, None])


def repeat_style(styles: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Repeat styles ``(n, latent)`` for each layer, ``(n, layers, latent)``."""
    return styles[:, None].expand(-1, count_layers(shape), -1)


def adain(features: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Apply adaptive instance normalisation (equation 1).

    Args:
        features: ``(n, c, h, w)``.
        scale, shift: new standard deviation and mean of each feature map, ``(n, c)``.
    """
    centred = features - features.mean(dim=(2, 3), keepdim=True)
    inverse_deviation = torch.rsqrt(centred.square().mean(dim=(2, 3), keepdim=True) + 1e-8)
    return scale[:, :, None, None] * (centred * inverse_deviation) + shift[:, :, None, None]


class Mapping(nn.Sequential):
    """Noise ``(n, latent)`` to styles ``(n, latent)``, the space w.

    Args:
        latent: number of components of both.
        depth: number of layers.
        lr_scale: factor on their learning rate.
    """

    def __init__(self, latent: int, depth: int, lr_scale: float) -> None:
        super().__init__(PixelNorm())
        for _ in range(depth):
            self.extend([Linear(latent, latent, lr_scale=lr_scale), nn.LeakyReLU(0.2)])


class SynthesisLayer(nn.Module):
    """A layer of the synthesis network: a module, noise, a leaky ReLU and the style.

    Args:
        before: the module, a convolution or the identity.
        channels: channels of the module's output.
        latent: number of components of the style.
    """

    def __init__(self, before: nn.Module, channels: int, latent: int) -> None:
        super().__init__()
        self.before = before
        self.strength = nn.Parameter(torch.zeros(channels, 1, 1))  # of the noise
        self.affine = Linear(latent, 2 * channels, gain=1)  # A of figure 1b

    def forward(self, features: Tensor, style: Tensor) -> Tensor:
        features = self.before(features)
        features = features + self.strength * torch.randn_like(features[:, :1])
        scale, shift = self.affine(style).chunk(2, dim=1)
        return adain(leaky_relu(features, 0.2), 1 + scale, shift)


class Synthesis(nn.Module):
    """Styles ``(n, layers, latent)`` to images ``(n, *shape)`` in [-1, 1], from a constant.

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of a style.
        width: channels at full resolution, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        widths = level_widths(shape, width)
        self.constant = nn.Parameter(torch.randn(widths[0], *coarsest_size(shape)))
        self.layers = nn.ModuleList(
            [
                SynthesisLayer(nn.Identity(), widths[0], latent),
                SynthesisLayer(Conv2d(widths[0], widths[0], 3), widths[0], latent),
            ]
        )
        for inputs, outputs in pairwise(widths):
            upsample = nn.Sequential(Upsample(), Conv2d(inputs, outputs, 3), Blur())
            self.layers.append(SynthesisLayer(upsample, outputs, latent))
            self.layers.append(SynthesisLayer(Conv2d(outputs, outputs, 3), outputs, latent))
        self.image = nn.Sequential(Conv2d(widths[-1], shape[0], 1, gain=1), nn.Tanh())

    def forward(self, styles: Tensor) -> Tensor:
        features = self.constant.repeat(len(styles), 1, 1, 1)
        for layer, style in zip(self.layers, styles.unbind(dim=1), strict=True):
            features = layer(features, style)
        return self.image(features)


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to logits ``(n,)``, as ProGAN's critic with bilinear resampling.

    The last convolution of a level is activated before the average pooling; the authors' code pools
    first.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        widths = level_widths(shape, width)[::-1]
        layers: list[nn.Module] = [Conv2d(shape[0], widths[0], 1), nn.LeakyReLU(0.2)]
        for inputs, outputs in pairwise(widths):
            layers += [*critic_layers(inputs, inputs), Blur()]
            layers += [*critic_layers(inputs, outputs), Downsample()]
        super().__init__(*layers, *critic_head(shape, widths[-1]))
