"""Path lengths: closed forms, and gradients by finite differences."""

import pytest
import torch

from gans.common.networks import style2
from gans.common.path_length import PathLengthPenalty, path_lengths


def test_the_path_length_of_a_linear_generator_is_the_norm_of_a_product():
    """Samples A w: the gradient of their product with y is the product of A^T and y."""
    torch.manual_seed(0)
    matrix, n, layers = torch.randn(12, 6), 5, 4
    styles = torch.randn(n, layers, 6, requires_grad=True)
    samples = (styles.sum(dim=1) @ matrix.T).view(n, 3, 2, 2)
    torch.manual_seed(1)
    lengths = path_lengths(samples, styles)
    torch.manual_seed(1)
    directions = torch.randn(n, 12) / 2  # four pixels
    torch.testing.assert_close(lengths, (directions @ matrix).norm(dim=1))


def test_the_penalty_pulls_path_lengths_to_their_running_mean():
    penalty, matrix = PathLengthPenalty(decay=0.25), torch.eye(2)
    styles = torch.randn(6, 1, 2, requires_grad=True)
    mean = 0.0
    for scale in (1.0, 3.0):
        torch.manual_seed(0)
        value = penalty(scale * styles[:, 0] @ matrix, styles)
        torch.manual_seed(0)
        lengths = scale * torch.randn(6, 2).norm(dim=1)
        mean += 0.25 * (lengths.mean().item() - mean)
        assert penalty.mean.item() == pytest.approx(mean)
        assert value.item() == pytest.approx((lengths - mean).square().mean().item())
    assert set(penalty.state_dict()) == {"mean"} and not list(penalty.parameters())


def test_the_gradient_of_the_penalty_is_that_of_finite_differences(monkeypatch):
    """With a smooth activation: the slope of a leaky ReLU jumps."""
    monkeypatch.setattr(style2, "leaky_relu", lambda features, _: features.tanh())
    torch.manual_seed(0)
    synthesis = style2.Synthesis((1, 8, 8), 4, 4)
    styles = torch.randn(3, 4, 4, requires_grad=True)
    weight = synthesis.layers[1].weight

    def compute():
        torch.manual_seed(1)
        return PathLengthPenalty(decay=0.0)(synthesis(styles), styles)

    (slope,) = torch.autograd.grad(compute(), weight)
    direction, h = torch.randn_like(weight), 1e-3
    values = []
    for step in (h, -2 * h):
        with torch.no_grad():
            weight += step * direction
        values.append(compute().item())
    difference = (values[0] - values[1]) / (2 * h)
    assert (slope * direction).sum().item() == pytest.approx(difference, rel=0.02)
