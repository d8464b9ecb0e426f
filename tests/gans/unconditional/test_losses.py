"""Losses compared with their closed forms, on simple players."""

import math

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

import gans

N = 64
LOG2 = math.log(2)


class Constant(nn.Module):
    """A discriminator with a constant logit."""

    def __init__(self, value):
        super().__init__()
        self.value = nn.Parameter(torch.tensor(float(value)))

    def forward(self, x):
        return self.value + 0 * x.flatten(1).sum(1)


class Linear(nn.Module):
    """f(x) = w . x."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x):
        return x.flatten(1) @ self.weight


class Point(nn.Module):
    """A generator that always emits one point."""

    def __init__(self, point):
        super().__init__()
        self.point = nn.Parameter(torch.tensor(point))

    def forward(self, noise):
        return self.point.expand(len(noise), -1)


def turns(name, discriminator, *, real=(0.0, 0.0), fake=(3.0, 4.0), **keywords):
    """Run one round and return the losses of each player's first step."""
    variant = gans.load(name)((2,), latent=1, width=4, **keywords)
    player = "critic" if hasattr(variant, "critic") else "discriminator"
    setattr(variant, player, discriminator)
    variant.generator = Point(fake)
    data = iter([torch.tensor(real).expand(N, -1)] * 10)
    losses = {}
    for who, terms in variant.step(data):
        key = "generator" if who is variant.generator else player
        losses.setdefault(key, {term: loss.item() for term, loss in terms.items()})
    return losses


@pytest.mark.parametrize("name", ["gan", "dcgan", "dragan"])
@pytest.mark.parametrize("logit", [0.0, 2.0, -30.0])
def test_non_saturating_loss(name, logit):
    losses = turns(name, Constant(logit))
    assert losses["discriminator"]["real"] == pytest.approx(math.log1p(math.exp(-logit)))
    assert losses["discriminator"]["fake"] == pytest.approx(math.log1p(math.exp(logit)))
    assert losses["generator"]["adversarial"] == pytest.approx(math.log1p(math.exp(-logit)))


def test_the_minimax_value_at_the_optimum_is_minus_log_4():
    losses = turns("gan_minimax", Constant(0.0))
    assert sum(losses["discriminator"].values()) == pytest.approx(2 * LOG2)
    assert losses["generator"]["adversarial"] == pytest.approx(-LOG2)


def test_the_saturating_gradient_vanishes_and_the_non_saturating_does_not():
    """d/dlogit log(1 - D) = -D, d/dlogit -log D = -(1 - D)."""
    slopes = {}
    for name in ("gan_minimax", "dcgan"):
        variant = gans.load(name)((2,), latent=1, width=4)
        variant.discriminator, variant.generator = Constant(-6.0), Point((1.0, 1.0))
        *_, (_, terms) = variant.step(iter([torch.zeros(N, 2)]))
        (slope,) = torch.autograd.grad(terms["adversarial"], variant.discriminator.value)
        slopes[name] = slope.item()
    probability = 1 / (1 + math.exp(6))
    assert slopes["gan_minimax"] == pytest.approx(-probability, rel=1e-4)
    assert slopes["dcgan"] == pytest.approx(probability - 1, rel=1e-4)


def test_least_squares():
    losses = turns("lsgan", Constant(0.25))
    assert losses["discriminator"] == pytest.approx({"real": 0.5 * 0.75**2, "fake": 0.5 * 0.25**2})
    assert losses["generator"]["adversarial"] == pytest.approx(0.5 * 0.75**2)


@pytest.mark.parametrize(("name", "keywords"), [("wgan", {"clip": 1.0}), ("wgan_gp", {})])
def test_the_critic_estimates_the_difference_in_mean(name, keywords):
    losses = turns(name, Linear([0.6, 0.8]), **keywords)  # f(3, 4) - f(0, 0) = 5
    assert losses["critic"]["wasserstein"] == pytest.approx(5)
    assert losses["generator"]["adversarial"] == pytest.approx(-5)


def test_wgan_trains_the_critic_n_times_and_clips_it():
    variant = gans.load("wgan")((2,), latent=1, width=4, n_critic=3, clip=0.01)
    order = [player for player, _ in variant.step(iter([torch.zeros(N, 2)] * 3))]
    assert order == [variant.critic] * 3 + [variant.generator]
    assert max(weight.abs().max() for weight in variant.critic.parameters()) <= 0.01


@pytest.mark.parametrize(("name", "player"), [("wgan_gp", "critic"), ("dragan", "discriminator")])
@pytest.mark.parametrize("weight", [[0.6, 0.8], [3.0, 4.0], [0.03, 0.04]])
def test_the_penalty_of_a_linear_critic(name, player, weight):
    norm = math.hypot(*weight)
    losses = turns(name, Linear(weight), penalty_weight=7.0)
    assert losses[player]["penalty"] == pytest.approx(7 * (norm - 1) ** 2, abs=1e-6)


@pytest.mark.parametrize("name", ["sngan", "wgan_gp", "projection"])
def test_the_generator_may_have_larger_batches_than_the_data(name):
    batch = torch.zeros(N, 2)
    classes = {"classes": 3} if name == "projection" else {}
    if classes:
        batch = batch, torch.zeros(N, dtype=torch.long)
    variant = gans.load(name)((2,), latent=1, width=4, generator_batches=3, **classes)
    drawn = []
    variant.generator.register_forward_hook(lambda *call: drawn.append(len(call[2])))
    for player, _ in variant.step(iter([batch] * 5)):
        last = player
    assert last is variant.generator and drawn[-1] == 3 * N and {*drawn[:-1]} == {N}


def test_wgan_gp_penalises_between_and_dragan_around_the_data():
    """On f(x) = |x|^2 / 2 the norm of the gradient is the distance from the origin."""

    class Bowl(Constant):
        def forward(self, x):
            return x.square().sum(1) / 2 * self.value

    far = turns("wgan_gp", Bowl(1.0), real=(0.0, 0.0), fake=(30.0, 40.0), penalty_weight=1.0)
    near = turns("dragan", Bowl(1.0), real=(0.0, 0.0), fake=(30.0, 40.0), penalty_weight=1.0)
    assert far["critic"]["penalty"] > 100  # norms uniform in 0..50
    assert near["discriminator"]["penalty"] == pytest.approx(1)  # real data at the origin


def test_dragan_perturbs_by_half_a_standard_deviation():
    variant = gans.load("dragan")((2,), latent=1, width=4, radius=0.5)
    torch.manual_seed(0)
    real = torch.randn(5000, 2) * 3
    moved = variant.perturb(real) - real
    assert moved.min() >= 0 and moved.max() <= 0.5 * real.std()
    assert moved.max() > 0.4 * real.std()
    assert moved.mean() == pytest.approx(0.25 * 0.5 * real.std().item(), rel=0.05)


def test_sngan_has_hinge_losses_and_spectral_norm_one():
    losses = turns("sngan", Constant(0.25))
    assert losses["discriminator"] == pytest.approx({"real": 0.75, "fake": 1.25})
    assert losses["generator"]["adversarial"] == pytest.approx(-0.25)
    assert turns("sngan", Constant(3.0))["discriminator"] == pytest.approx({"real": 0, "fake": 4})

    variant = gans.load("sngan")((1, 8, 8), width=4)
    layers = [m for m in variant.discriminator.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    for layer in layers:
        for _ in range(200):  # the power iteration converges
            weight = layer.weight
        assert parametrize.is_parametrized(layer, "weight")
        norm = torch.linalg.matrix_norm(weight.flatten(1), ord=2).item()
        assert norm == pytest.approx(1, abs=1e-3)
    assert not parametrize.is_parametrized(variant.generator[0])


def test_vae_terms():
    variant = gans.load("vae")((2,), latent=3, width=4, sigma=0.5)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.code = nn.Parameter(torch.tensor([1.0, -2.0, 0.0, 0.0, 0.0, math.log(4.0)]))

        def forward(self, x):
            return self.code.expand(len(x), -1)

    variant.autoencoder["encoder"] = Encoder()
    variant.autoencoder["decoder"] = Point((3.0, 4.0))
    ((_, losses),) = variant.step(iter([torch.zeros(N, 2)]))
    # KL(N(m, s^2) || N(0, 1)) = (m^2 + s^2 - 1) / 2 - log s
    expected = (1 + 4) / 2 + (4 - 1) / 2 - LOG2
    assert losses["divergence"].item() == pytest.approx(expected, rel=1e-5)
    assert losses["reconstruction"].item() == pytest.approx(25 / (2 * 0.25))
