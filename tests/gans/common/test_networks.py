"""The shared networks, for the shapes of all data sets."""

import pytest
import torch
from torch import nn

from gans.common import networks
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.multilayer import FourierFeatures


@pytest.mark.parametrize(
    "shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 64, 64), (1, 7, 7), (3, 16, 24), (2,), (5,)]
)
def test_generator_and_discriminator_have_the_shape_of_the_data(shape):
    samples = networks.generator(shape, latent=6, width=4)(torch.randn(3, 6))
    assert samples.shape == (3, *shape)
    assert networks.discriminator(shape, width=4)(samples).shape == (3,)
    assert networks.discriminator(shape, width=4, outputs=10)(samples).shape == (3, 10)


@pytest.mark.parametrize(("side", "expected"), [(7, 0), (8, 1), (28, 2), (32, 3), (64, 4)])
def test_a_side_is_halved_while_even_and_greater_than_seven(side, expected):
    assert count_halvings(side) == expected


def test_the_discriminator_scores_samples_independently():
    discriminator = networks.discriminator((1, 8, 8), width=4)
    images = torch.randn(6, 1, 8, 8)
    torch.testing.assert_close(discriminator(images)[:2], discriminator(images[:2]))
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in discriminator.modules())


@pytest.mark.parametrize("bandwidth", [0.1, 0.5])
def test_fourier_features_approximate_a_gaussian_kernel(bandwidth):
    torch.manual_seed(0)
    count, points = 100_000, torch.rand(5, 2)
    features = FourierFeatures(2, count=count, bandwidth=bandwidth)(points)
    torch.testing.assert_close(features[:, :2], points)
    likeness = features[:, 2:] @ features[:, 2:].T / count
    distances = torch.cdist(points, points)
    expected = torch.exp(-((2 * torch.pi * bandwidth * distances) ** 2) / 2)
    torch.testing.assert_close(likeness, expected, rtol=0, atol=0.02)


def test_only_discriminators_of_points_have_fourier_features():
    for shape, expected in [((2,), 1), ((1, 8, 8), 0), ((1, 8, 16, 16), 0)]:
        layers = list(networks.discriminator(shape, width=4).modules())
        assert sum(isinstance(layer, FourierFeatures) for layer in layers) == expected
