"""SAGAN: self-attention, its initialisation, and spectral norms of 1."""

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

import gans
from gans.common.networks import attention
from gans.common.networks.attention import SelfAttention

N = 8
LAYERS = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


def layer(gamma, channels=16):
    torch.manual_seed(0)
    made = SelfAttention(channels)
    nn.init.constant_(made.gamma, gamma)
    return made


def test_attention_starts_as_the_identity():
    features = torch.randn(N, 16, 5, 6)
    assert torch.equal(SelfAttention(16)(features), features)
    assert not torch.allclose(layer(0.5)(features), features)


def test_the_attention_of_a_position_sums_to_one():
    weights = layer(1.0).weights(torch.randn(N, 16, 5, 6))
    assert weights.shape == (N, 30, 30) and weights.min() > 0
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(N, 30))


@pytest.mark.parametrize(("gamma", "sees"), [(0.0, False), (1.0, True)])
def test_each_position_attends_to_every_other(gamma, sees):
    features = torch.randn(1, 16, 5, 6, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(gamma)(features)[0, :, 0, 0].sum(), features)
    strength = gradient[0].abs().sum(dim=0)
    strength[0, 0] = 1
    assert bool((strength > 0).all()) is sees


def test_attention_is_permutation_equivariant():
    """A permutation of the positions permutes the output (equation 1)."""
    features, order = torch.randn(2, 16, 5, 6), torch.randperm(30)
    attend = layer(1.0)
    moved = features.flatten(2)[:, :, order].unflatten(2, (5, 6))
    expected = attend(features).flatten(2)[:, :, order].unflatten(2, (5, 6))
    torch.testing.assert_close(attend(moved), expected)


def test_uniform_attention_averages_the_values():
    attend = layer(2.0)
    nn.init.zeros_(attend.query.weight)
    features = torch.randn(3, 16, 5, 6)
    mean = attend.out(attend.value(features.mean(dim=(2, 3), keepdim=True)))
    torch.testing.assert_close(attend(features), features + 2 * mean)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 16), (1, 28, 28), (3, 64, 64), (3, 48, 64)])
def test_both_players_attend_once_at_no_more_than_32_pixels(shape):
    variant = gans.load("sagan")(shape, latent=6, width=2)
    sides = []
    for player in (variant.generator, variant.discriminator):
        (result,) = (module for module in player.modules() if isinstance(module, SelfAttention))
        result.register_forward_pre_hook(lambda _, inputs: sides.append(inputs[0].shape[2:]))
    variant.discriminator(variant.sample(2))
    assert sides[0] == sides[1], "the same in both"
    finest = max(shape[1:]) if max(shape[1:]) <= attention.LARGEST_SIDE else attention.LARGEST_SIDE
    assert max(sides[0]) == finest


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_every_weight_of_both_players_has_spectral_norm_one(shape):
    variant = gans.load("sagan")(shape, latent=6, width=8)
    for player in (variant.generator, variant.discriminator):
        for module in player.modules():
            if not isinstance(module, LAYERS):
                continue
            assert parametrize.is_parametrized(module, "weight")
            for _ in range(200):  # the power iteration converges
                weight = module.weight
            dim = 1 if isinstance(module, nn.ConvTranspose2d) else 0
            matrix = weight.transpose(0, dim).flatten(1)
            assert torch.linalg.matrix_norm(matrix, ord=2).item() == pytest.approx(1, abs=1e-2)


def test_hinge_losses():
    class Constant(nn.Module):
        def __init__(self, value):
            super().__init__()
            self.value = nn.Parameter(torch.tensor(value))

        def forward(self, x):
            return self.value + 0 * x.flatten(1).sum(1)

    for value, real, fake in ((0.25, 0.75, 1.25), (3.0, 0.0, 4.0), (-3.0, 4.0, 0.0)):
        variant = gans.load("sagan")((2,), latent=2, width=4)
        variant.discriminator = Constant(value)
        (_, first), (_, second) = variant.step(iter([torch.zeros(N, 2)]))
        assert first["real"].item() == pytest.approx(real)
        assert first["fake"].item() == pytest.approx(fake)
        assert second["adversarial"].item() == pytest.approx(-value)
