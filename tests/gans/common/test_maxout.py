"""The networks of PacGAN for points: sizes by formula, maxima, initial weights."""

import pytest
import torch
from torch import nn

from gans.common import networks
from gans.common.networks import maxout


def count_parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_the_numbers_of_parameters_are_those_of_the_paper():
    """Of the generator: weights without biases, scales and shifts, and a last layer with biases."""
    generator = networks.generator((2,), latent=2, width=400, backbone="maxout")
    assert count_parameters(generator) == 2 * 400 + 3 * 400**2 + 4 * 2 * 400 + 400 * 2 + 2
    for pac in (1, 2, 4):
        discriminator = networks.discriminator((2 * pac,), width=400, backbone="maxout")
        first, hidden = (2 * pac + 1) * 200 * 5, (200 + 1) * 200 * 5
        assert count_parameters(discriminator) == first + 2 * hidden + 200 + 1


def test_both_have_the_shape_of_the_data():
    samples = networks.generator((2,), 6, 4, classes=3, backbone="maxout")(torch.randn(5, 9))
    assert samples.shape == (5, 2)
    for outputs, shape in ((1, (5,)), (3, (5, 3))):
        discriminator = networks.discriminator((2,), 4, outputs, backbone="maxout")
        assert discriminator(samples).shape == shape


def test_a_unit_is_the_maximum_of_its_pieces():
    layer, inputs = maxout.Maxout(3, 4), torch.randn(6, 3)
    pieces = nn.functional.linear(inputs, layer.weight, layer.bias)
    expected = [pieces[:, 5 * unit : 5 * unit + 5].max(dim=1).values for unit in range(4)]
    torch.testing.assert_close(layer(inputs), torch.stack(expected, dim=1))
    with torch.no_grad():  # |x| is the maximum of x and -x
        absolute = maxout.Maxout(1, 1)
        absolute.bias.zero_()
        absolute.weight.copy_(torch.tensor([[1.0], [-1.0], [0.0], [0.5], [-0.5]]))
        torch.testing.assert_close(absolute(inputs[:, :1]), inputs[:, :1].abs())


def test_initial_weights_have_a_standard_deviation_of_two_hundredths():
    torch.manual_seed(0)
    generator = networks.generator((2,), 2, 400, backbone="maxout")
    discriminator = networks.discriminator((2,), 400, backbone="maxout")
    layers = [m for n in (generator, discriminator) for m in n.modules()]
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    assert len(linear) == 5 + 4
    for layer in linear:
        error = 0.02 / layer.weight.numel() ** 0.5
        assert layer.weight.std().item() == pytest.approx(0.02, abs=4 * error)
        assert layer.weight.mean().item() == pytest.approx(0, abs=4 * error)
        assert layer.bias is None or not layer.bias.any()


def test_only_the_generator_has_batch_normalisation():
    generator = networks.generator((2,), 2, 8, backbone="maxout")
    discriminator = networks.discriminator((2,), 8, backbone="maxout")
    counts = [
        sum(isinstance(layer, nn.BatchNorm1d) for layer in network.modules())
        for network in (generator, discriminator)
    ]
    assert counts == [4, 0]


def test_the_second_part_of_a_generator_decodes_features():
    first, decoder = networks.split_generator((2,), 6, 8, backbone="maxout")
    features = networks.discriminator((2,), 8, backbone="maxout").features(torch.rand(3, 2))
    assert first(torch.randn(3, 6)).shape == features.shape
    assert decoder(features).shape == (3, 2)


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 8, 8, 8)])
def test_other_samples_than_vectors_are_an_error(shape):
    with pytest.raises(ValueError, match="expected points for backbone maxout, got samples of"):
        networks.generator(shape, 4, 2, backbone="maxout")
    with pytest.raises(ValueError, match="expected points for backbone maxout, got samples of"):
        networks.discriminator(shape, 2, backbone="maxout")
