"""The residual networks: sizes, parameters, blocks, and normalisation by class."""

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate, relu

from gans.common import networks
from gans.common.networks import resnet

SHAPES = [(3, side, side) for side in (8, 16, 28, 32, 48, 64, 128)]
ODD_SHAPES = [(1, 7, 7), (3, 16, 24), (3, 48, 72)]


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def count_convolution(inputs, outputs, kernel):
    return (inputs * kernel**2 + 1) * outputs


@pytest.mark.parametrize("shape", SHAPES + ODD_SHAPES, ids=str)
def test_the_networks_have_the_shape_of_the_data(shape):
    generator = networks.generator(shape, latent=6, width=2, classes=3, backbone="residual")
    samples = generator(torch.randn(2, 9))
    assert samples.shape == (2, *shape) and samples.abs().max() <= 1
    for outputs, expected in ((1, (2,)), (5, (2, 5))):
        discriminator = networks.discriminator(shape, 2, outputs, backbone="residual")
        assert discriminator(samples).shape == expected
        features = discriminator.features(samples)
        assert features.shape == (2, discriminator.head.in_features) and features.min() >= 0


@pytest.mark.parametrize(
    ("side", "generator", "discriminator"),
    [
        (32, [256] * 4, [128] * 4),  # table 3
        (48, [512, 256, 128, 64], [64, 128, 256, 512, 1024]),  # table 4
        (128, [1024, 1024, 512, 256, 128, 64], [64, 128, 256, 512, 1024, 1024]),  # ImageNet
    ],
)
def test_widths_are_those_of_the_paper(side, generator, discriminator):
    shape, width = (3, side, side), discriminator[0]
    assert resnet.list_generator_widths(shape, width) == generator
    assert resnet.list_discriminator_widths(shape, width) == discriminator


@pytest.mark.parametrize(
    ("side", "expected"), [(8, 4), (16, 4), (28, 7), (32, 8), (48, 3), (64, 4), (128, 4)]
)
def test_the_last_feature_maps_are_pooled(side, expected):
    discriminator = resnet.Discriminator((3, side, side), width=2)
    maps = discriminator.features[:-1](torch.randn(2, 3, side, side))
    assert maps.shape[2:] == (expected, expected)
    torch.testing.assert_close(discriminator.features[-1](maps), maps.sum(dim=(2, 3)))


def test_the_generator_of_32_pixels_has_the_parameters_of_table_3():
    """4.28 million with latent 128 and 256 channels, of which 0.20 million are in shortcuts."""
    width = 256
    block = 2 * count_convolution(width, width, 3) + count_convolution(width, width, 1)
    block += 2 * 2 * width  # scales and shifts
    dense = (128 + 1) * 4 * 4 * width
    expected = dense + 3 * block + 2 * width + count_convolution(width, 3, 3)
    assert count(resnet.Generator((3, 32, 32), 128, width // 2)) == expected == 4_276_739


def test_the_discriminator_of_32_pixels_has_the_parameters_of_table_3():
    """1.05 million with width 128; the blocks that keep the size have no weights in shortcuts."""
    width = 128
    pair = 2 * count_convolution(width, width, 3)
    first = count_convolution(3, width, 3) + pair // 2 + count_convolution(3, width, 1)
    second = pair + count_convolution(width, width, 1)
    expected = first + second + 2 * pair + width + 1
    assert count(resnet.Discriminator((3, 32, 32), width)) == expected == 1_053_825


def test_a_condition_replaces_scales_and_shifts_by_those_of_each_class():
    width, classes = 16, 10
    plain = resnet.Generator((3, 32, 32), 8, width)
    conditional = resnet.Generator((3, 32, 32), 8, width, classes)
    channels = 2 * width
    assert count(conditional) - count(plain) == 3 * 2 * 2 * channels * (classes - 1)


def test_a_generator_block_convolves_upsampled_features():
    torch.manual_seed(0)
    block, features = resnet.GeneratorBlock(3, 5), torch.randn(4, 3, 6, 6)
    nn.init.normal_(block.shortcut.bias)
    large = interpolate(relu(nn.BatchNorm2d(3)(features)), scale_factor=2)
    hidden = block.second(relu(nn.BatchNorm2d(5)(block.first(large))))
    expected = hidden + block.shortcut(interpolate(features, scale_factor=2))
    torch.testing.assert_close(block(features), expected)


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("is_halved", [False, True])
def test_a_discriminator_block_pools_both_branches(is_first, is_halved):
    torch.manual_seed(0)
    block = resnet.DiscriminatorBlock(3, 5, is_halved=is_halved, is_first=is_first)
    nn.init.normal_(block.shortcut.bias)
    images = torch.randn(2, 3, 6, 6)
    start = images if is_first else relu(images)
    whole = block.second(relu(block.first(start))) + block.shortcut(images)
    torch.testing.assert_close(block(images), avg_pool2d(whole, 2) if is_halved else whole)


def test_the_first_block_has_its_outputs_as_hidden_channels_and_others_their_inputs():
    discriminator = resnet.Discriminator((3, 48, 48), width=4)
    hidden = [block.first.out_channels for block in discriminator.features[:-2]]
    assert hidden == [4, 4, 8, 16, 32]


def test_the_discriminator_scores_images_independently():
    discriminator, images = resnet.Discriminator((3, 16, 16), width=4), torch.randn(6, 3, 16, 16)
    torch.testing.assert_close(discriminator(images)[:2], discriminator(images[:2]))


def test_initial_weights_are_glorots():
    torch.manual_seed(0)
    block = resnet.GeneratorBlock(32, 64)
    for layer, gain in ((block.first, 2**0.5), (block.second, 2**0.5), (block.shortcut, 1)):
        fans = sum(layer.weight.shape[:2]) * layer.weight[0, 0].numel()
        assert layer.weight.std().item() == pytest.approx(gain * (2 / fans) ** 0.5, rel=0.05)
        assert not layer.bias.any()


def test_the_first_logits_are_those_of_mean_pooling():
    """Glorot's weights of the last layer, divided by the 64 positions of the last feature maps."""
    torch.manual_seed(0)
    discriminator = resnet.Discriminator((3, 32, 32), width=256, outputs=256)
    expected = (2 / (256 + 256)) ** 0.5 / 64
    assert discriminator.head.weight.std().item() == pytest.approx(expected, rel=0.05)
    assert not discriminator.head.bias.any()


def test_conditional_normalisation_scales_and_shifts_by_class():
    torch.manual_seed(0)
    layer = resnet.ConditionalBatchNorm(3, classes=2)
    features, classes = torch.randn(6, 3, 4, 4), torch.eye(2)[[0, 1, 0, 1, 1, 0]]
    normalised = nn.BatchNorm2d(3)(features)
    torch.testing.assert_close(layer(features, classes), normalised)
    nn.init.normal_(layer.scale.weight)
    nn.init.normal_(layer.shift.weight)
    outputs = layer(features, classes)
    for sample in range(6):
        label = classes[sample].argmax()
        scale, shift = 1 + layer.scale.weight[:, label], layer.shift.weight[:, label]
        expected = scale[:, None, None] * normalised[sample] + shift[:, None, None]
        torch.testing.assert_close(outputs[sample], expected)


def test_images_depend_on_noise_and_class():
    torch.manual_seed(0)
    generator = resnet.Generator((3, 16, 16), 4, 8, classes=2).eval()
    for layer in generator.modules():
        if isinstance(layer, resnet.ConditionalBatchNorm):
            nn.init.normal_(layer.shift.weight)
    noise, classes = torch.randn(2, 1, 4), torch.eye(2)[:, None]
    image, other_noise, other_class = (
        generator(torch.cat([noise[i], classes[j]], dim=1)) for i, j in ((0, 0), (1, 0), (0, 1))
    )
    assert not torch.allclose(image, other_noise)
    assert not torch.allclose(image, other_class)


def test_an_input_of_another_size_is_an_error():
    with pytest.raises(RuntimeError, match="split"):
        resnet.Generator((3, 8, 8), 4, 2)(torch.randn(2, 5))


@pytest.mark.parametrize(
    "build",
    [
        lambda shape, backbone: networks.generator(shape, 4, 2, backbone=backbone),
        lambda shape, backbone: networks.split_generator(shape, 4, 2, backbone=backbone),
        lambda shape, backbone: networks.discriminator(shape, 2, backbone=backbone),
    ],
)
def test_a_wrong_backbone_is_an_error(build):
    with pytest.raises(ValueError, match="expected backbone dcgan or residual or maxout, got"):
        build((3, 8, 8), "resnet")
    for shape in ((2,), (1, 8, 8, 8)):
        with pytest.raises(ValueError, match="expected images for backbone residual"):
            build(shape, "residual")


@pytest.mark.parametrize("backbone", ["dcgan", "residual"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (3, 64, 64)], ids=str)
def test_the_second_part_of_a_generator_decodes_features(shape, backbone):
    first, decoder = networks.split_generator(shape, 6, 2, backbone=backbone)
    features = networks.discriminator(shape, 2, backbone=backbone).features(torch.rand(3, *shape))
    assert first(torch.randn(3, 6)).shape == features.shape
    assert decoder(features).shape == (3, *shape)
