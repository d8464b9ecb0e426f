"""R3GAN: the pairing loss and both penalties in closed form, and the initialisation."""

import math

import pytest
import torch
from torch import nn

import gans
from gans.common.networks import residual

N = 16


class Affine(nn.Module):
    """f(x) = w . x + b."""

    def __init__(self, weight, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))
        self.bias = bias

    def forward(self, x):
        return x.flatten(1) @ self.weight + self.bias


class Bowl(nn.Module):
    """f(x) = a |x|^2 / 2, whose gradient is a x."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        return self.a * x.square().sum(1) / 2


class Point(nn.Module):
    def __init__(self, point):
        super().__init__()
        self.point = nn.Parameter(torch.tensor(point))

    def forward(self, noise):
        return self.point.expand(len(noise), -1)


def turns(discriminator, *, real=(1.0, 1.0), fake=(0.5, -0.5), **keywords):
    variant = gans.load("r3gan")((2,), latent=1, width=4, **keywords)
    variant.discriminator, variant.generator = discriminator, Point(fake)
    data = iter([torch.tensor(real).expand(N, -1)])
    return [
        {term: loss.item() for term, loss in losses.items()} for _, losses in variant.step(data)
    ]


def test_the_pairing_loss_compares_scores_of_samples_and_data():
    first, second = turns(Affine([0.6, 0.8]))
    advantage = (0.6 + 0.8) - (0.3 - 0.4)  # of the real over the generated sample
    assert first["pairing"] == pytest.approx(math.log1p(math.exp(-advantage)))
    assert second["pairing"] == pytest.approx(math.log1p(math.exp(advantage)))

    equal = turns(Affine([0.0, 0.0], bias=5.0))
    assert equal[0]["pairing"] == pytest.approx(math.log(2))
    assert equal[1]["pairing"] == pytest.approx(math.log(2))


def test_a_constant_added_to_the_scores_changes_nothing():
    for one, other in zip(turns(Affine([0.6, 0.8])), turns(Affine([0.6, 0.8], 7.0)), strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    assert gans.load("r3gan").boundary is None


def test_the_loss_averages_over_pairs():
    """softplus is convex: with averaged scores the loss would be smaller."""
    variant = gans.load("r3gan")((2,), latent=1, width=4)
    variant.discriminator, variant.generator = Affine([1.0, 0.0]), Point((0.0, 0.0))
    real = torch.tensor([[4.0, 0.0], [-4.0, 0.0]])
    (_, first), _ = variant.step(iter([real]))
    expected = (math.log1p(math.exp(-4)) + math.log1p(math.exp(4))) / 2
    assert first["pairing"].item() == pytest.approx(expected)


@pytest.mark.parametrize("weight", [[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
def test_both_penalties_of_a_linear_discriminator(weight):
    (first, _) = turns(Affine(weight), penalty_weight=0.2)
    expected = 0.1 * math.hypot(*weight) ** 2
    assert first["r1"] == pytest.approx(expected) and first["r2"] == pytest.approx(expected)


def test_r1_is_taken_at_the_data_and_r2_at_the_samples():
    first, _ = turns(Bowl(), real=(3.0, 4.0), fake=(0.0, 2.0), penalty_weight=1.0)
    assert first["r1"] == pytest.approx(0.5 * 25) and first["r2"] == pytest.approx(0.5 * 4)


def test_the_penalties_train_the_discriminator():
    """d/da of gamma / 2 |a x|^2 is gamma a |x|^2."""
    variant = gans.load("r3gan")((2,), latent=1, width=4, penalty_weight=2.0)
    variant.discriminator, variant.generator = Bowl(), Point((0.0, 0.0))
    (_, losses), _ = variant.step(iter([torch.tensor([[3.0, 4.0]]).expand(N, -1)]))
    (slope,) = torch.autograd.grad(losses["r1"], variant.discriminator.a)
    assert slope.item() == pytest.approx(2 * 25)


def test_a_block_starts_as_the_identity_and_has_a_gradient():
    torch.manual_seed(0)
    block = residual.Block(32, blocks=4)
    features = torch.randn(4, 32, 6, 6)
    assert torch.equal(block(features), features)
    block(features).square().sum().backward()
    *_, last = block.branch
    assert last.weight.grad.abs().sum() > 0


def test_the_first_layers_of_a_block_are_scaled_by_the_number_of_blocks():
    torch.manual_seed(0)
    one, many = residual.Block(64, blocks=1), residual.Block(64, blocks=16)
    for layer, small in zip(one.branch[:3:2], many.branch[:3:2], strict=True):
        fan_in = layer.weight[0].numel()
        expected = math.sqrt(2 / 1.04 / fan_in)
        assert layer.weight.std().item() == pytest.approx(expected, rel=0.05)
        assert small.weight.std().item() == pytest.approx(expected / 2, rel=0.05)
    assert one.branch[2].groups == 8, "16 channels a group"


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (1, 28, 28), (1, 7, 7), (3, 16, 24)])
@pytest.mark.parametrize("width", [4, 14])
def test_the_networks_fit_the_data_and_have_no_normalisation(shape, width):
    generator = residual.Generator(shape, 6, width, 2)
    discriminator = residual.Discriminator(shape, width, 2)
    images = generator(torch.randn(3, 6))
    assert images.shape == (3, *shape)
    scores = discriminator(images)
    assert scores.shape == (3,)
    torch.testing.assert_close(discriminator(images[:1]), scores[:1])
    kinds = {type(module).__name__ for module in [*generator.modules(), *discriminator.modules()]}
    assert not any("Norm" in kind for kind in kinds)


def test_the_discriminator_preserves_the_scale_of_the_signal():
    torch.manual_seed(0)
    discriminator = residual.Discriminator((3, 32, 32), 32, 2)
    features = torch.randn(64, 3, 1, 1).expand(-1, -1, 32, 32)
    for layer in list(discriminator)[:-4]:
        features = layer(features)
    assert 0.5 < features[..., 1:-1, 1:-1].std() < 2
