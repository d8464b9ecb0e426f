"""BiGAN: a discriminator of pairs makes the encoder invert the generator."""

import math

import pytest
import torch
from torch import nn

import gans


class Constant(nn.Module):
    """A discriminator with a constant logit."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return self.value + 0 * x.flatten(1).sum(1)


class Sum(nn.Module):
    """A discriminator that returns a weighted sum of its inputs."""

    def __init__(self, weight):
        super().__init__()
        self.weight = torch.tensor(weight)

    def forward(self, x):
        return x.flatten(1) @ self.weight


class Point(nn.Module):
    """A network with one point as output."""

    def __init__(self, point):
        super().__init__()
        self.point = nn.Parameter(torch.tensor(point))

    def forward(self, inputs):
        return self.point.expand(len(inputs), -1)


def build(shape=(2,), latent=3, width=8):
    torch.manual_seed(0)
    return gans.load("bigan")(shape, latent=latent, width=width, hidden=8 * width)


def turns(variant, real):
    return [losses for _, losses in variant.step(iter([real]))]


@pytest.mark.parametrize("logit", [0.0, 3.0])
def test_losses_of_a_constant_discriminator(logit):
    """At logit 0 the loss of either player is log 4."""
    variant = build()
    variant.discriminator["joint"] = Constant(logit)
    first, second = turns(variant, torch.zeros(4, 2))
    for losses in (first, second):
        expected = math.log1p(math.exp(-logit)) + math.log1p(math.exp(logit))
        assert sum(losses.values()).item() == pytest.approx(expected)
        if logit == 0:
            assert sum(losses.values()).item() == pytest.approx(math.log(4))
    assert first["real"].item() == pytest.approx(math.log1p(math.exp(-logit)))
    assert first["real"].item() == pytest.approx(second["generator"].item())
    assert first["fake"].item() == pytest.approx(second["encoder"].item())


def test_an_image_is_paired_with_its_code_and_a_code_with_its_image():
    """D(x, z) = 10 x + z on points of the line: the real pair is (1, 2), the generated (3, z)."""
    variant = build((1,), latent=1)
    variant.discriminator["image"] = nn.Identity()
    variant.discriminator["joint"] = Sum([10.0, 1.0])
    variant.autoencoder["encoder"], variant.autoencoder["generator"] = Point([2.0]), Point([3.0])
    variant.noise = lambda n: torch.full((n, 1), -31.0)
    first, second = turns(variant, torch.ones(4, 1))
    assert first["real"].item() == pytest.approx(math.log1p(math.exp(-12)))
    assert first["fake"].item() == pytest.approx(math.log1p(math.exp(-1)))
    assert second["encoder"].item() == pytest.approx(math.log1p(math.exp(12)))
    assert second["generator"].item() == pytest.approx(math.log1p(math.exp(1)))
    assert torch.equal(variant.discriminator_score(torch.ones(3, 1)), torch.full((3,), 12.0))


def test_the_score_is_not_additive_in_image_and_code():
    """A sum of a score of the image and a score of the code could not compare the two."""
    variant = build()
    images, codes = torch.randn(6, 2), torch.randn(6, 3)
    here = variant.score(images, codes) - variant.score(images, codes.roll(1, 0))
    there = variant.score(images.roll(3, 0), codes)
    there = there - variant.score(images.roll(3, 0), codes.roll(1, 0))
    assert not torch.allclose(here, there, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_the_score_of_an_image_changes_with_the_code(shape):
    variant = build(shape)
    images = torch.randn(6, *shape)
    assert not torch.allclose(
        variant.score(images, torch.zeros(6, 3)), variant.score(images, torch.ones(6, 3))
    )


def line(weight, bias):
    """Build x -> weight x + bias on numbers."""
    layer = nn.Linear(1, 1)
    nn.init.constant_(layer.weight, weight)
    nn.init.constant_(layer.bias, bias)
    return layer


@pytest.mark.parametrize("paired", [True, False])
def test_the_encoder_learns_to_invert_the_generator(paired):
    """Samples and codes have the right marginal distributions from the start, but G(E(x)) mirrors
    x at the mean: only a discriminator of matching pairs detects this."""
    variant = build((1,), latent=1, width=32)
    variant.autoencoder["generator"], variant.autoencoder["encoder"] = (
        line(0.5, 1.0),
        line(-2.0, 2.0),
    )
    score = variant.score
    if not paired:
        variant.score = lambda images, codes: score(images, codes.roll(1, 0))
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=1e-2, betas=(0.0, 0.9), fused=True)
        for player in variant.children()
    }

    def draw(n):
        return 1 + 0.5 * torch.randn(n, 1)

    def error():
        images = draw(1000)
        return (variant.reconstruct(images) - images).square().mean().item()

    assert error() == pytest.approx(1, rel=0.2)  # four times the variance
    for _ in range(560):
        for player, losses in variant.step(iter([draw(64)])):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()
    assert error() < 0.1 if paired else error() > 0.5
