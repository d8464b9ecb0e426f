"""The networks of StyleGAN2: demodulation, resampling, sizes and levels."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from gans.common.networks import style2
from gans.common.networks.equalised import Conv2d
from gans.common.networks.resampling import blur, downsample, upsample

N = 8


@pytest.mark.parametrize("upsamples", [False, True])
def test_demodulation_gives_outputs_of_variance_one(upsamples):
    """For independent inputs of variance 1 and any style (section 2.2)."""
    torch.manual_seed(0)
    layer = style2.ModulatedConv2d(6, 24, 5, 3, upsamples=False)
    styles = 3 * torch.randn(4, 6)
    out = layer(torch.randn(4, 24, 100, 100), styles)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(out.var(dim=(2, 3)), torch.ones(4, 5), atol=0.06, rtol=0)
    twice = layer(torch.ones(4, 24, 5, 5), styles)
    with torch.no_grad():
        layer.weight *= 7
    torch.testing.assert_close(layer(torch.ones(4, 24, 5, 5), styles), twice, atol=1e-4, rtol=1e-4)


def test_modulated_weights_are_those_of_equations_1_and_3():
    torch.manual_seed(0)
    layer = style2.ModulatedConv2d(6, 5, 4, 3)
    nn.init.normal_(layer.bias)
    features, styles = torch.randn(3, 5, 7, 7), torch.randn(3, 6)
    out = layer(features, styles)
    for sample, (image, scales) in enumerate(zip(features, 1 + layer.affine(styles), strict=True)):
        weight = layer.weight * layer.scale * scales[:, None, None]
        weight = weight / (weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = conv2d(image[None], weight, layer.bias, padding=1)[0]
        torch.testing.assert_close(out[sample], expected, atol=1e-4, rtol=1e-4)


def test_filtered_resampling_is_that_of_stylegan():
    """Except at the sides: the same as to convolve between resampling by 2 and the blur."""
    torch.manual_seed(0)
    features, styles = torch.randn(2, 5, 9, 9), torch.randn(2, 6)
    layer = style2.ModulatedConv2d(6, 5, 4, 3, demodulates=False, upsamples=True)
    weight = layer.weight * layer.scale
    scaled = features * (1 + layer.affine(styles))[:, :, None, None]
    expected = blur(conv2d(upsample(scaled), weight.flip(2, 3), padding=1))
    out = layer(features, styles)
    assert out.shape == (2, 4, 18, 18)
    torch.testing.assert_close(
        out[..., 3:-3, 3:-3], expected[..., 3:-3, 3:-3], atol=1e-4, rtol=1e-4
    )
    layer, features = style2.DownsamplingConv2d(5, 4), torch.randn(2, 5, 18, 18)
    expected = downsample(blur(Conv2d.forward(layer, features)))
    out = layer(features)
    assert out.shape == (2, 4, 9, 9)
    torch.testing.assert_close(
        out[..., 2:-2, 2:-2], expected[..., 2:-2, 2:-2], atol=1e-4, rtol=1e-4
    )


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_parameters_of_the_authors_networks_at_32x32():
    """512 channels at each level; the mapping network of the paper has eight layers."""
    synthesis = style2.Synthesis((3, 32, 32), 512, 512)
    layer, image = 512 * 512 * 9 + 2 * 512 + 512 * 512 + 1, 512 * 512 + 512 + 512 * 3 + 3
    assert count(synthesis) == 512 * 16 + 7 * layer + 4 * image == 19_422_227
    first, block = 3 * 512 + 512, 2 * (512 * 512 * 9 + 512) + 512 * 512
    head = 513 * 512 * 9 + 512 + 512 * 512 * 16 + 512 + 513
    assert count(style2.Discriminator((3, 32, 32), 512)) == first + 3 * block + head == 21_507_073


def test_the_plain_discriminator_has_the_layers_of_the_branches():
    residual, plain = (
        style2.discriminator((3, 16, 16), 4, is_residual) for is_residual in (True, False)
    )
    assert plain(torch.randn(N, 3, 16, 16)).shape == (N,)
    branches = {
        name.replace(".branch", ""): value.shape
        for name, value in residual.state_dict().items()
        if ".skip" not in name
    }
    assert {name: value.shape for name, value in plain.state_dict().items()} == branches
