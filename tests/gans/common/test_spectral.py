"""Spectral normalisation compared with the singular value decomposition and with PyTorch."""

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gans.common.networks.spectral import apply_spectral_norm


def largest(layer):
    dim = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    matrix = layer.weight.detach().transpose(0, dim).flatten(1)
    return torch.linalg.matrix_norm(matrix, ord=2).item()


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Linear(30, 20),
        lambda: nn.Conv2d(6, 8, 3, bias=False),
        lambda: nn.ConvTranspose2d(8, 6, 4),
    ],
)
def test_the_largest_singular_value_is_one(make):
    torch.manual_seed(0)
    layer = apply_spectral_norm(make())
    for _ in range(100):
        layer.weight  # noqa: B018 - an iteration
    assert largest(layer) == pytest.approx(1, abs=1e-3)


def test_its_gradient_is_that_of_pytorch():
    torch.manual_seed(0)
    plain = nn.Linear(30, 20)
    ours, theirs = nn.Linear(30, 20), nn.Linear(30, 20)
    ours.load_state_dict(plain.state_dict())
    theirs.load_state_dict(plain.state_dict())
    apply_spectral_norm(ours)
    spectral_norm(theirs)
    for _ in range(200):
        assert ours.weight.shape == theirs.weight.shape
    rows = torch.randn(9, 30)
    gradients = []
    for layer in (ours, theirs):
        layer(rows).square().sum().backward()
        gradients.append(layer.parametrizations.weight.original.grad)
    torch.testing.assert_close(*gradients, atol=1e-3, rtol=1e-3)


def test_only_training_stores_a_step_of_the_power_iteration():
    torch.manual_seed(0)
    layer = apply_spectral_norm(nn.Linear(30, 20))
    with torch.no_grad():
        layer.parametrizations.weight.original.normal_()
    kept = layer.parametrizations.weight[0].right.clone()
    layer.eval()(torch.randn(2, 30))
    assert torch.equal(layer.parametrizations.weight[0].right, kept)
    layer.train()(torch.randn(2, 30))
    assert not torch.equal(layer.parametrizations.weight[0].right, kept)


def test_the_length_of_the_stored_vector_does_not_matter():
    """A moving average shortens it; with PyTorch's implementation the weights would grow."""
    torch.manual_seed(0)
    layer = apply_spectral_norm(nn.Linear(30, 20)).eval()
    before = layer.weight.clone()
    layer.parametrizations.weight[0].right *= 0.7
    torch.testing.assert_close(layer.weight, before)
