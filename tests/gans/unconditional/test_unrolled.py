"""Unrolled GAN: the generator's gradient passes through the unrolled steps."""

import math

import pytest
import torch
from torch import nn

import gans

SHAPES = [(1, 8, 8), (2,)]


def build(shape, **keywords):
    torch.manual_seed(0)
    return gans.load("unrolled")(shape, latent=4, width=4, **keywords)


def turn_of_generator(variant, real):
    """Return the generator's loss and its flattened gradient."""
    torch.manual_seed(1)
    *_, (player, terms) = variant.step(iter([real]))
    assert player is variant.generator
    loss = sum(terms.values())
    slopes = torch.autograd.grad(loss, list(variant.generator.parameters()))
    return loss.item(), torch.cat([slope.flatten() for slope in slopes])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_without_steps_it_is_the_minimax_gan(shape):
    variant, plain = (
        build(shape, unrolled_steps=0),
        gans.load("gan_minimax")(shape, latent=4, width=4),
    )
    plain.load_state_dict(variant.state_dict())
    real = torch.rand(6, *shape)
    mine, theirs = (turn_of_generator(each, real)[1] for each in (variant, plain))
    assert torch.allclose(mine, theirs, atol=1e-7) and mine.norm() > 0
    torch.manual_seed(1)
    _, first = next(variant.step(iter([real])))
    torch.manual_seed(1)
    _, expected = next(plain.step(iter([real])))
    for term, loss in first.items():
        assert loss.item() == pytest.approx(expected[term].item(), rel=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_gradient_is_not_the_first_order_approximation(shape, monkeypatch):
    """Detached steps give the same loss, but another gradient."""
    variant = build(shape, unrolled_steps=3, unrolled_lr=0.5)
    real = torch.rand(6, *shape)
    loss, gradient = turn_of_generator(variant, real)

    exact = torch.autograd.grad

    def cut_off(outputs, inputs, create_graph=False):
        return [slope.detach() for slope in exact(outputs, inputs, retain_graph=True)]

    with monkeypatch.context() as patch:
        patch.setattr(torch.autograd, "grad", cut_off)
        torch.manual_seed(1)
        *_, (_, terms) = variant.step(iter([real]))
    stand_in = exact(sum(terms.values()), list(variant.generator.parameters()))
    stand_in = torch.cat([slope.flatten() for slope in stand_in])
    assert sum(terms.values()).item() == pytest.approx(loss, rel=1e-5)
    assert (gradient - stand_in).norm() > 0.01 * gradient.norm()


def test_the_gradient_is_the_derivative_of_the_loss():
    """Compare the directional derivative with a central difference in double precision."""
    variant = build((2,), unrolled_steps=4, unrolled_lr=0.5).double()
    variant.noise = lambda n: torch.randn(n, 4, dtype=torch.float64)
    real = torch.rand(6, 2, dtype=torch.float64)
    _, gradient = turn_of_generator(variant, real)
    start = nn.utils.parameters_to_vector(variant.generator.parameters()).detach()
    ends = []
    for step in (1e-4, -1e-4):
        nn.utils.vector_to_parameters(
            start + step * gradient / gradient.norm(), variant.generator.parameters()
        )
        ends.append(turn_of_generator(variant, real)[0])
    assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(gradient.norm().item(), rel=1e-4)


class Slope(nn.Module):
    """D(x) = w x, a logit."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x):
        return self.weight * x.squeeze(1)


class Point(nn.Module):
    """A generator that always emits one number."""

    def __init__(self, point):
        super().__init__()
        self.point = nn.Parameter(torch.tensor([point]))

    def forward(self, noise):
        return self.point.expand(len(noise), 1)


@pytest.mark.parametrize("w", [0.0, 0.7, -1.5])
def test_closed_form_of_one_step_of_a_linear_discriminator(w):
    a, g, rate = 2.0, -0.5, 0.3  # the real point, the generated one, eta

    def sigmoid(x):
        return 1 / (1 + math.exp(-x))

    variant = gans.load("unrolled")((1,), latent=1, width=4, unrolled_steps=1, unrolled_lr=rate)
    variant.discriminator, variant.generator = Slope(w), Point(g)
    loss, gradient = turn_of_generator(variant, torch.full((4, 1), a))

    # f(w) = -log(1 + exp(-w a)) - log(1 + exp(w g)), so df/dw = a s(-w a) - g s(w g)
    ahead = w + rate * (a * sigmoid(-w * a) - g * sigmoid(w * g))
    assert loss == pytest.approx(
        -math.log1p(math.exp(-ahead * a)) - math.log1p(math.exp(ahead * g)), rel=1e-5
    )
    reaction = -rate * (sigmoid(w * g) + g * w * sigmoid(w * g) * sigmoid(-w * g))
    through = (a * sigmoid(-ahead * a) - g * sigmoid(ahead * g)) * reaction
    assert gradient.item() == pytest.approx(-ahead * sigmoid(ahead * g) + through, rel=1e-4)


def test_unrolled_steps_improve_copies_of_the_discriminator():
    real = torch.rand(16, 2) + 2
    values = []
    for steps in (0, 1, 5, 20):
        variant = build((2,), unrolled_steps=steps, unrolled_lr=0.1)
        before = {name: value.clone() for name, value in variant.discriminator.state_dict().items()}
        values.append(turn_of_generator(variant, real)[0])
        for name, value in variant.discriminator.state_dict().items():
            assert torch.equal(value, before[name])
        assert all(weight.grad is None for weight in variant.discriminator.parameters())
    assert values == sorted(values) and values[-1] > values[0] + 0.01


def test_a_compiled_discriminator_is_unrolled_in_eager_mode():
    """A compiled network has no second derivative."""
    variant = build((2,), unrolled_steps=2)
    real = torch.rand(6, 2)
    expected = turn_of_generator(variant, real)
    variant.discriminator.compile(backend="aot_eager")
    result = turn_of_generator(variant, real)
    assert result[0] == pytest.approx(expected[0], rel=1e-5)
    torch.testing.assert_close(result[1], expected[1])
