"""pix2pix: a discriminator of pairs, an L1 term, and dropout for noise."""

import math

import pytest
import torch
from torch import nn

import gans


class ConstantDiscriminator(nn.Module):
    """A discriminator that scores every patch equally and records its inputs."""

    def __init__(self, value):
        super().__init__()
        self.value, self.inputs = value, []

    def forward(self, images):
        self.inputs.append(images)
        return self.value + 0 * images.sum(dim=1, keepdim=True)


def build(**keywords):
    torch.manual_seed(0)
    return gans.load("pix2pix")((3, 16, 16), source=(1, 16, 16), width=4, **keywords)


@pytest.mark.parametrize("logit", [0.0, 2.0])
def test_losses_of_a_constant_discriminator(logit):
    variant = build()
    variant.discriminator = ConstantDiscriminator(logit)
    real, condition = torch.rand(4, 3, 16, 16), torch.rand(4, 1, 16, 16)
    (_, losses), (_, made) = variant.step(iter([(real, condition)]))
    right, wrong = math.log1p(math.exp(-logit)), math.log1p(math.exp(logit))
    assert losses["real"].item() == pytest.approx(0.5 * right)
    assert losses["fake"].item() == pytest.approx(0.5 * wrong)
    assert made["adversarial"].item() == pytest.approx(right)
    assert 0 < made["l1"].item() <= 100 * 2
    for shown in variant.discriminator.inputs:
        assert torch.equal(shown[:, :1], condition), "what was given stands beside every image"
    assert torch.equal(variant.discriminator.inputs[0][:, 1:], real)


def test_the_score_depends_on_the_source():
    variant = build()
    images, condition = torch.rand(2, 3, 16, 16), torch.rand(2, 1, 16, 16)
    assert not torch.allclose(
        variant.discriminator_score(images, condition),
        variant.discriminator_score(images, -condition),
    )


def test_dropout_is_active_in_evaluation():
    variant = build().eval()
    condition = variant.random_condition(3)
    assert not torch.equal(variant.sample(3, condition), variant.sample(3, condition))
