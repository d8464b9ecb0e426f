"""MSGAN: the mode-seeking term."""

import pytest
import torch
from torch import nn

import gans
from gans.unconditional.msgan import EPSILON


class Scaled(nn.Module):
    """G(z) = scale z."""

    def __init__(self, scale):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(float(scale)))

    def forward(self, noise):
        return self.scale * noise


def game(scale, weight=1.0, n=8):
    """Return a variant and the terms of its generator's loss."""
    variant = gans.load("msgan")((2,), latent=2, width=4, mode_seeking_weight=weight)
    variant.generator = Scaled(scale)
    *_, (_, terms) = variant.step(iter([torch.zeros(n, 2)]))
    return variant, terms


@pytest.mark.parametrize("scale", [0.1, 1.0, -3.0])
@pytest.mark.parametrize("n", [8, 9])
def test_closed_form_of_a_linear_generator(scale, n):
    variant, terms = game(scale, weight=2.0, n=n)
    assert terms["mode_seeking"].item() == pytest.approx(2 / (abs(scale) + EPSILON), rel=1e-5)
    (slope,) = torch.autograd.grad(terms["mode_seeking"], variant.generator.scale)
    sign = 1 if scale > 0 else -1
    assert slope.item() == pytest.approx(-sign * 2 / (abs(scale) + EPSILON) ** 2, rel=1e-4)


def test_a_collapsed_generator_has_the_largest_loss():
    losses = [game(scale)[1]["mode_seeking"].item() for scale in (0.0, 0.01, 0.1, 1.0, 10.0)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(1 / EPSILON)


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_with_weight_zero_it_is_dcgan(shape):
    torch.manual_seed(0)
    plain = gans.load("dcgan")(shape, latent=4, width=4)
    real = torch.rand(6, *shape)
    result = {}
    for weight in (0.0, 1.0, None):
        variant = plain
        if weight is not None:
            variant = gans.load("msgan")(shape, latent=4, width=4, mode_seeking_weight=weight)
            variant.load_state_dict(plain.state_dict())
        torch.manual_seed(1)
        turns = variant.step(iter([real]))
        judged = sum(next(turns)[1].values())
        loss = sum(next(turns)[1].values())
        slopes = torch.autograd.grad(loss, list(variant.generator.parameters()))
        result[weight] = judged, loss, torch.cat([slope.flatten() for slope in slopes])
    for mine, theirs in zip(result[0.0], result[None], strict=True):
        torch.testing.assert_close(mine, theirs)
    # the discriminator's turn is the plain one
    torch.testing.assert_close(result[1.0][0], result[None][0])
    assert not torch.allclose(result[1.0][2], result[None][2])
