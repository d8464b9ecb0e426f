"""Projection discriminator: psi(phi(x)) + <V y, phi(x)>."""

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

import gans

CLASSES = 3


def build(shape=(2,)):
    torch.manual_seed(0)
    return gans.load("projection")(shape, classes=CLASSES, latent=4, width=8)


def linear(variant, *, psi, embedding):
    """Make phi the identity on points of the plane."""
    variant.discriminator.phi = nn.Flatten()
    variant.discriminator.psi = nn.Linear(2, 1)
    with torch.no_grad():
        variant.discriminator.psi.weight.copy_(torch.tensor([psi[:2]]))
        variant.discriminator.psi.bias.fill_(psi[2])
    variant.discriminator.embedding = nn.Embedding.from_pretrained(torch.tensor(embedding))
    return variant


def test_closed_form_of_the_score():
    variant = linear(
        build(), psi=(1.0, 2.0, 0.5), embedding=[[0.0, 0.0], [10.0, 0.0], [0.0, -10.0]]
    )
    points = torch.tensor([[3.0, 4.0]]).expand(CLASSES, -1)
    scores = variant.discriminator_score(points, torch.arange(CLASSES))
    # w . x + b = 11.5, plus 0, 10 * 3 and -10 * 4
    torch.testing.assert_close(scores, torch.tensor([11.5, 41.5, -28.5]))


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_two_classes_differ_by_a_projection_of_the_features(shape):
    variant = build(shape).eval()  # no power iteration between the calls
    images = torch.randn(5, *shape)
    one, other = (variant.discriminator_score(images, torch.full((5,), label)) for label in (0, 1))
    assert not torch.allclose(one, other)
    direction = (
        variant.discriminator.embedding.weight[0] - variant.discriminator.embedding.weight[1]
    )
    torch.testing.assert_close(one - other, variant.discriminator.phi(images) @ direction)


def test_hinge_losses():
    variant = linear(build(), psi=(0.0, 0.0, 0.25), embedding=[[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    real = torch.tensor([[0.5, 0.0], [0.5, 0.0]])
    labels = torch.tensor([0, 1])  # scores 0.25 and 0.75
    variant.generator = nn.Sequential(nn.Linear(4 + CLASSES, 2))
    nn.init.zeros_(variant.generator[0].weight)
    nn.init.zeros_(variant.generator[0].bias)  # samples at the origin score 0.25
    (_, first), (_, second) = variant.step(iter([(real, labels)]))
    assert first["real"].item() == pytest.approx((0.75 + 0.25) / 2)
    assert first["fake"].item() == pytest.approx(1.25)
    assert second["adversarial"].item() == pytest.approx(-0.25)


def test_every_layer_of_the_discriminator_has_spectral_norm_one():
    variant = build((1, 8, 8))
    kinds = nn.Conv2d | nn.Linear | nn.Embedding
    layers = [layer for layer in variant.discriminator.modules() if isinstance(layer, kinds)]
    assert {type(layer).__name__.removeprefix("Parametrized") for layer in layers} == {
        "Conv2d",
        "Linear",
        "Embedding",
    }
    for layer in layers:
        for _ in range(200):  # the power iteration converges
            weight = layer.weight
        assert parametrize.is_parametrized(layer, "weight")
        norm = torch.linalg.matrix_norm(weight.flatten(1), ord=2).item()
        assert norm == pytest.approx(1, abs=1e-3)
