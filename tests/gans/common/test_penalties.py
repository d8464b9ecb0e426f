"""Gradient norms in closed form."""

import torch
from torch import nn

from gans.common.penalties import gradient_norm, interpolate


class Quadratic(nn.Module):
    """f(x) = |x|^2 / 2, whose gradient is x."""

    def forward(self, x):
        return x.flatten(1).square().sum(1) / 2


def test_gradient_norm_of_a_linear_function_is_the_norm_of_its_weights():
    critic = nn.Sequential(nn.Flatten(), nn.Linear(12, 1))
    norm = gradient_norm(critic, torch.randn(5, 3, 2, 2))
    assert norm.shape == (5,)
    torch.testing.assert_close(norm, critic[1].weight.norm().expand(5))


def test_gradient_norm_is_that_of_each_input():
    x = torch.randn(7, 4)
    torch.testing.assert_close(gradient_norm(Quadratic(), x), x.norm(dim=1))


def test_gradient_norm_is_differentiable():
    critic = nn.Linear(3, 1, bias=False)
    penalty = (gradient_norm(critic, torch.randn(2, 3)) - 1).square().mean()
    penalty.backward()
    weight = critic.weight.detach()
    expected = 2 * (weight.norm() - 1) * weight / weight.norm()
    torch.testing.assert_close(critic.weight.grad, expected)


def test_interpolates_lie_at_independent_positions_on_the_segments():
    torch.manual_seed(0)
    real, fake = torch.zeros(1000, 1, 2, 2), torch.ones(1000, 1, 2, 2)
    points = interpolate(real, fake)
    position = points[:, 0, 0, 0]
    assert (points == position[:, None, None, None]).all(), "one position a sample"
    assert position.min() >= 0 and position.max() <= 1
    assert abs(position.mean() - 0.5) < 0.05 and position.std() > 0.25
