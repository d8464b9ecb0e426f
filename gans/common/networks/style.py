"""The networks of StyleGAN (Karras et al. 2019, arXiv:1812.04948, section 2, configuration E).

A mapping network makes a style of the noise, and a synthesis network is told a style for each of
its layers. The layers themselves are those of ProGAN at full size, with bilinear resampling.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from gans.common import networks
from gans.common.networks.equalised import Conv2d, Linear
from gans.common.networks.progressive import PixelNorm, coarse, plain, verdict, widths
from gans.common.networks.resampling import Blur, Downsample, Upsample


def generator(
    shape: tuple[int, ...], latent: int, width: int, *, depth: int, rate: float
) -> nn.ModuleDict:
    """``mapping``, noise to a style, and ``synthesis``, styles ``(n, layers, latent)`` to samples.

    Vectors come from the shared perceptron, which counts as one layer: its noise is the style.
    """
    if len(shape) == 3:
        synthesis: nn.Module = Synthesis(shape, latent, width)
    else:
        synthesis = nn.Sequential(nn.Flatten(), networks.generator(shape, latent, width))
    return nn.ModuleDict({"mapping": Mapping(latent, depth, rate), "synthesis": synthesis})


def discriminator(shape: tuple[int, ...], width: int) -> nn.Module:
    """Samples ``(n, *shape)`` to logits ``(n,)``; vectors are judged by the shared perceptron."""
    kind = Discriminator if len(shape) == 3 else networks.discriminator
    return kind(shape, width)


def layers(shape: tuple[int, ...]) -> int:
    """How many styles the synthesis is told."""
    return 2 * len(widths(shape, 1)) if len(shape) == 3 else 1


def mixed(first: Tensor, second: Tensor, shape: tuple[int, ...], share: float) -> Tensor:
    """Styles of each layer ``(n, layers, latent)``: the first up to some layer, the second from it.

    Args:
        first: styles ``(n, latent)``.
        second: as many others.
        shape: of a sample.
        share: of the samples that are mixed, each at a layer drawn evenly; the rest have the first.
    """
    count = layers(shape)
    at_layer = 1 + (torch.rand(len(first), 1, device=first.device) * (count - 1)).floor()
    chosen = torch.rand(len(first), 1, device=first.device) < share
    ours = torch.arange(count, device=first.device) < torch.where(chosen, at_layer, count)
    return torch.where(ours[:, :, None], first[:, None], second[:, None])


def adain(features: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Features ``(n, c, h, w)``, each map given a deviation and a mean, both ``(n, c)`` (eq. 1)."""
    centred = features - features.mean(dim=(2, 3), keepdim=True)
    size = torch.rsqrt(centred.square().mean(dim=(2, 3), keepdim=True) + 1e-8)
    return scale[:, :, None, None] * (centred * size) + shift[:, :, None, None]


class Mapping(nn.Sequential):
    """Noise ``(n, latent)`` to styles ``(n, latent)``: the space w.

    Args:
        latent: number of components of both.
        depth: number of layers.
        rate: factor by which they learn more slowly than the synthesis.
    """

    def __init__(self, latent: int, depth: int, rate: float) -> None:
        super().__init__(PixelNorm())
        for _ in range(depth):
            self.extend([Linear(latent, latent, rate=rate), nn.LeakyReLU(0.2)])


class Layer(nn.Module):
    """What is done to the features, then noise, a leaky ReLU, and the style.

    Args:
        before: what is done to them first.
        channels: of the features then.
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
        width: channels at full resolution; each coarser level has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        wide = widths(shape, width)
        self.constant = nn.Parameter(torch.randn(wide[0], *coarse(shape)))
        self.layers = nn.ModuleList(
            [
                Layer(nn.Identity(), wide[0], latent),
                Layer(Conv2d(wide[0], wide[0], 3), wide[0], latent),
            ]
        )
        for previous, own in pairwise(wide):
            enlarge = nn.Sequential(Upsample(), Conv2d(previous, own, 3), Blur())
            self.layers.append(Layer(enlarge, own, latent))
            self.layers.append(Layer(Conv2d(own, own, 3), own, latent))
        self.image = nn.Sequential(Conv2d(wide[-1], shape[0], 1, gain=1), nn.Tanh())

    def forward(self, styles: Tensor) -> Tensor:
        features = self.constant.repeat(len(styles), 1, 1, 1)
        for layer, style in zip(self.layers, styles.unbind(dim=1), strict=True):
            features = layer(features, style)
        return self.image(features)


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to logits ``(n,)``: the critic of ProGAN, bilinear and full-grown.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution; each coarser level has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        wide = widths(shape, width)[::-1]
        levels: list[nn.Module] = [Conv2d(shape[0], wide[0], 1), nn.LeakyReLU(0.2)]
        for own, following in pairwise(wide):
            levels += [*plain(own, own), Blur(), *plain(own, following), Downsample()]
        super().__init__(*levels, *verdict(shape, wide[-1]))
