"""Shapes of the shared networks, over the sizes of data sets there are."""

import pytest
import torch
from torch import nn

from gans.common import networks
from gans.common.networks.convolutional import count_halvings
from gans.common.networks.multilayer import Fourier


@pytest.mark.parametrize(
    "shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 64, 64), (1, 7, 7), (3, 16, 24), (2,), (5,)]
)
def test_generator_emits_the_shape_and_the_discriminator_takes_it(shape):
    samples = networks.generator(shape, latent=6, width=4)(torch.randn(3, 6))
    assert samples.shape == (3, *shape)
    assert networks.discriminator(shape, width=4)(samples).shape == (3,)
    assert networks.discriminator(shape, width=4, outputs=10)(samples).shape == (3, 10)


@pytest.mark.parametrize(("side", "expected"), [(7, 0), (8, 1), (28, 2), (32, 3), (64, 4)])
def test_a_side_is_halved_down_to_four_or_to_seven(side, expected):
    assert count_halvings(side) == expected


def test_the_discriminator_judges_each_sample_by_itself():
    discriminator = networks.discriminator((1, 8, 8), width=4)
    images = torch.randn(6, 1, 8, 8)
    torch.testing.assert_close(discriminator(images)[:2], discriminator(images[:2]))
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in discriminator.modules())


@pytest.mark.parametrize("bandwidth", [0.1, 0.5])
def test_fourier_features_of_two_points_are_as_alike_as_a_gaussian_kernel_has_them(bandwidth):
    torch.manual_seed(0)
    count, points = 100_000, torch.rand(5, 2)
    features = Fourier(2, count=count, bandwidth=bandwidth)(points)
    torch.testing.assert_close(features[:, :2], points)
    likeness = features[:, 2:] @ features[:, 2:].T / count
    distances = torch.cdist(points, points)
    expected = torch.exp(-((2 * torch.pi * bandwidth * distances) ** 2) / 2)
    torch.testing.assert_close(likeness, expected, rtol=0, atol=0.02)


def test_only_discriminators_of_points_are_given_fourier_features():
    for shape, expected in [((2,), 1), ((1, 8, 8), 0), ((1, 8, 16, 16), 0)]:
        layers = list(networks.discriminator(shape, width=4).modules())
        assert sum(isinstance(layer, Fourier) for layer in layers) == expected
