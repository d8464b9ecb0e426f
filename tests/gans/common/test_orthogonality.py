"""Orthogonal regularisation and the truncation trick, in closed form."""

from math import erf, inf, sqrt

import pytest
import torch
from torch import nn

from gans.common.orthogonality import orthogonality_penalty, sum_inner_products
from gans.common.truncation import truncate


@pytest.mark.parametrize(("rows", "columns"), [(4, 9), (9, 4), (6, 6)])
def test_the_penalty_is_that_of_equation_3(rows, columns):
    matrix = torch.randn(rows, columns, requires_grad=True)
    products = matrix @ matrix.T * (1 - torch.eye(rows))
    value = sum_inner_products(matrix)
    torch.testing.assert_close(value, products.square().sum())
    (slope,) = torch.autograd.grad(value, matrix)
    torch.testing.assert_close(slope, 4 * products @ matrix, atol=1e-3, rtol=1e-3)


def test_orthogonal_filters_of_any_norm_have_no_penalty():
    network = nn.Sequential(nn.Conv2d(4, 16, 3), nn.Linear(8, 5), nn.BatchNorm2d(7))
    assert orthogonality_penalty(network) > 1e-3
    for layer in network[:2]:
        nn.init.orthogonal_(layer.weight)
    with torch.no_grad():
        network[0].weight *= torch.linspace(0.1, 3, 16)[:, None, None, None]
    assert orthogonality_penalty(network).item() == pytest.approx(0, abs=1e-3)


def test_the_penalty_ignores_biases_and_the_class_embedding():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(3, 4)
            self.linear = nn.Linear(4, 2)

    network = Network()
    expected = 2 * (network.linear.weight[0] @ network.linear.weight[1]).square()
    torch.testing.assert_close(orthogonality_penalty(network), expected)


@pytest.mark.parametrize("threshold", [0.3, 1.0, 2.5])
def test_truncated_noise_has_the_truncated_normal_distribution(threshold):
    torch.manual_seed(0)
    noise = torch.randn(200_000)
    truncated = truncate(noise, threshold)
    assert truncated.abs().max() <= threshold
    redrawn = noise[noise.abs() <= threshold]
    assert truncated.std().item() == pytest.approx(redrawn.std().item(), rel=0.01)
    share = erf(threshold / 2 / sqrt(2)) / erf(threshold / sqrt(2))
    is_small = truncated.abs() < threshold / 2
    assert is_small.float().mean().item() == pytest.approx(share, abs=0.005)
    assert (truncated.sort().values == truncated[noise.argsort()]).all(), "a monotone map"


def test_no_threshold_changes_nothing():
    noise = torch.randn(5, 3)
    assert truncate(noise, inf) is noise
    torch.testing.assert_close(truncate(noise, 5.0), noise, atol=1e-3, rtol=1e-3)
