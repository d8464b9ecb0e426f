"""The networks of StyleGAN2 (Karras et al. 2020, arXiv:1912.04958, sections 2 to 4).

The style scales the weights of the generator's convolutions instead of normalising its features.
The generator adds the images of all levels (skip connections), the discriminator is residual, and
neither grows. The mapping network and the mixing of styles are StyleGAN's.
"""

from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu, pad

from gans.common import networks
from gans.common.networks import style
from gans.common.networks.equalised import HE, Conv2d, Linear
from gans.common.networks.progressive import (
    coarsest_size,
    critic_head,
    critic_layers,
    level_widths,
)
from gans.common.networks.resampling import Blur, Downsample, blur, upsample


class Generator(nn.ModuleDict):
    """The networks ``mapping`` and ``synthesis`` of `style.generator`, and the mean style.

    Args:
        shape, latent, width: as for `Synthesis`; the synthesis of vectors is the shared generator.
        depth, lr_scale: as for `style.Mapping`.
        mixing: probability of mixing the styles of a sample in training.
    """

    mean: Tensor  # running mean of the styles

    def __init__(
        self,
        shape: tuple[int, ...],
        latent: int,
        width: int,
        depth: int,
        lr_scale: float,
        mixing: float,
    ) -> None:
        if len(shape) == 3:
            synthesis: nn.Module = Synthesis(shape, latent, width)
        else:
            synthesis = nn.Sequential(nn.Flatten(), networks.generator(shape, latent, width))
        super().__init__(
            {"mapping": style.Mapping(latent, depth, lr_scale), "synthesis": synthesis}
        )
        self.shape, self.mixing = shape, mixing
        self.register_buffer("mean", torch.zeros(latent))

    def mix_styles(self, noise: Tensor) -> Tensor:
        """Map noise to mixed styles for training, and update the mean style.

        Args:
            noise: ``(2 * n, latent)``, of two styles for each sample.

        Returns:
            Styles of each layer, ``(n, layers, latent)``.
        """
        first, second = self["mapping"](noise).chunk(2)
        self.mean.lerp_(first.detach().float().mean(dim=0), 0.005)
        return style.mix_styles(first, second, self.shape, self.mixing)

    def forward(self, noise: Tensor, truncation: float) -> Tensor:
        """Map noise ``(n, latent)`` to samples, with styles moved towards their mean.

        Args:
            noise: the noise.
            truncation: psi; 1 leaves styles unchanged, and 0 replaces them by their mean.
        """
        styles = torch.lerp(self.mean, self["mapping"](noise), truncation)
        return self["synthesis"](style.repeat_style(styles, self.shape))


def discriminator(shape: tuple[int, ...], width: int, is_residual: bool = True) -> nn.Module:
    """Build the discriminator of images, or the shared discriminator of vectors.

    Args:
        shape, width, is_residual: as for `Discriminator`.
    """
    if len(shape) == 3:
        return Discriminator(shape, width, is_residual)
    return networks.discriminator(shape, width)


def smooth(images: Tensor, padding: int) -> Tensor:
    """Filter images ``(n, c, h, w)`` by [1, 3, 3, 1] / 8 along each side.

    Args:
        images: the images.
        padding: rows and columns of zeros beyond each side.

    Returns:
        Images whose sides are longer by 2 * padding - 3.
    """
    images = pad(images, (padding,) * 4)
    images = images[:, :, :-3] + 3 * (images[:, :, 1:-2] + images[:, :, 2:-1]) + images[:, :, 3:]
    images = images[..., :-3] + 3 * (images[..., 1:-2] + images[..., 2:-1]) + images[..., 3:]
    return images / 64


class ModulatedConv2d(Conv2d):
    """A convolution whose input channels are scaled by a style, with an equalised learning rate.

    The input is scaled instead of the weights, which is the same and needs no weights per sample.

    Args:
        latent: number of components of the style.
        inputs, outputs: numbers of channels.
        kernel: side of the kernel, odd; 3 if the layer upsamples.
        demodulates: whether outputs are scaled so that, for independent inputs of variance 1, they
            have variance 1 (equation 3).
        upsamples: whether it doubles the size of the features, with bilinear filtering.
    """

    def __init__(
        self,
        latent: int,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        demodulates: bool = True,
        upsamples: bool = False,
    ) -> None:
        super().__init__(inputs, outputs, kernel, gain=1)
        self.affine = Linear(latent, inputs, gain=1)
        self.demodulates, self.upsamples = demodulates, upsamples

    def forward(self, features: Tensor, style: Tensor) -> Tensor:  # type: ignore[override]
        scales = 1 + self.affine(style)  # s_i of equation 1, (n, inputs)
        weight = self.weight * self.scale
        features = features * scales[:, :, None, None]
        if self.upsamples:
            features = conv_transpose2d(features, weight.transpose(0, 1), stride=2)
            features = 4 * smooth(features, 1)  # three of four pixels were zero
        else:
            features = conv2d(features, weight, padding=self.padding)
        if self.demodulates:
            variances = scales.square() @ weight.square().sum(dim=(2, 3)).T  # (n, outputs)
            features = features * torch.rsqrt(variances + 1e-8)[:, :, None, None]
        assert self.bias is not None
        return features + self.bias[:, None, None]


class StyledLayer(ModulatedConv2d):
    """A modulated convolution with demodulation, noise per pixel and a leaky ReLU.

    Args:
        latent, inputs, outputs, upsamples: as for `ModulatedConv2d`.
    """

    def __init__(self, latent: int, inputs: int, outputs: int, *, upsamples: bool = False) -> None:
        super().__init__(latent, inputs, outputs, 3, upsamples=upsamples)
        self.strength = nn.Parameter(torch.zeros(()))  # of the noise

    def forward(self, features: Tensor, style: Tensor) -> Tensor:  # type: ignore[override]
        features = super().forward(features, style)
        features = features + self.strength * torch.randn_like(features[:, :1])
        return HE * leaky_relu(features, 0.2)


class Synthesis(nn.Module):
    """Styles ``(n, layers, latent)`` to images ``(n, *shape)`` in [-1, 1], from a constant.

    The convolution to an image has the style of the first convolution of the next level.

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of a style.
        width: channels at full resolution, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        widths = level_widths(shape, width)
        self.constant = nn.Parameter(torch.randn(widths[0], *coarsest_size(shape)))
        self.layers = nn.ModuleList([StyledLayer(latent, widths[0], widths[0])])
        for inputs, outputs in pairwise(widths):
            self.layers.append(StyledLayer(latent, inputs, outputs, upsamples=True))
            self.layers.append(StyledLayer(latent, outputs, outputs))
        self.images = nn.ModuleList(
            ModulatedConv2d(latent, channels, shape[0], 1, demodulates=False) for channels in widths
        )

    def forward(self, styles: Tensor) -> Tensor:
        features = self.constant.repeat(len(styles), 1, 1, 1)
        image = None
        for index, layer in enumerate(self.layers):
            features = layer(features, styles[:, index])
            if index % 2 == 0:
                residual = self.images[index // 2](features, styles[:, index + 1])
                image = residual if image is None else blur(upsample(image)) + residual
        assert image is not None
        return image.tanh()


class DownsamplingConv2d(Conv2d):
    """A convolution to half the size, after bilinear filtering.

    Args:
        inputs, outputs: numbers of channels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3)

    def forward(self, images: Tensor) -> Tensor:
        return conv2d(smooth(images, 2), self.weight * self.scale, self.bias, stride=2)


def plain_block(inputs: int, outputs: int) -> nn.Sequential:
    """Build layers to features of half the size with other channels."""
    return nn.Sequential(
        *critic_layers(inputs, inputs), DownsamplingConv2d(inputs, outputs), nn.LeakyReLU(0.2)
    )


class ResidualBlock(nn.Module):
    """Features ``(n, inputs, h, w)`` to features of half the size with other channels.

    Args:
        inputs, outputs: numbers of channels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.branch = plain_block(inputs, outputs)
        projection = Conv2d(inputs, outputs, 1, gain=1)
        projection.register_parameter("bias", None)
        self.skip = nn.Sequential(Blur(), Downsample(), projection)

    def forward(self, features: Tensor) -> Tensor:
        return (self.branch(features) + self.skip(features)) / sqrt(2)


class Discriminator(nn.Sequential):
    """Images ``(n, *shape)`` to logits ``(n,)``, with the minibatch standard deviation.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
        is_residual: whether blocks have skip connections.
    """

    def __init__(self, shape: tuple[int, ...], width: int, is_residual: bool = True) -> None:
        widths = level_widths(shape, width)[::-1]
        build = ResidualBlock if is_residual else plain_block
        blocks = [build(inputs, outputs) for inputs, outputs in pairwise(widths)]
        super().__init__(
            Conv2d(shape[0], widths[0], 1),
            nn.LeakyReLU(0.2),
            *blocks,
            *critic_head(shape, widths[-1]),
        )
