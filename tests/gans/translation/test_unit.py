"""UNIT: one code for both domains, and two variational autoencoders."""

import math

import pytest
import torch
from torch import nn

import gans

SHAPE, SOURCE = (3, 8, 8), (1, 8, 8)


def build(**keywords):
    torch.manual_seed(0)
    return gans.load("unit")(SHAPE, source=SOURCE, width=4, blocks=2, **keywords)


def test_the_domains_share_the_layers_next_to_the_code():
    """An update of the shared layers on one domain changes the codes of the other."""
    variant = build()
    y = torch.rand(2, *SHAPE)
    before = variant.generator.encode(y, "target")
    codes = variant.generator.encode(torch.rand(2, *SOURCE), "source")
    players = list(variant.generator["encoder"].parameters())
    players += variant.generator["source_encoder"].parameters()
    slopes = torch.autograd.grad(codes.square().sum(), players)
    with torch.no_grad():
        for weight, slope in zip(players, slopes, strict=True):
            weight -= 0.1 * slope.sign()
    assert not torch.allclose(before, variant.generator.encode(y, "target"))


@pytest.mark.parametrize("mean", [0.0, 1.5])
def test_closed_form_of_the_divergence(mean):
    """For unit variance the divergence is half of the squared mean, in each component."""
    variant = build()
    variant.generator["encoder"] = Constant(mean)
    codes, divergence = variant.generator.sample_codes(torch.rand(500, *SHAPE), "target")
    assert divergence.item() == pytest.approx(0.5 * mean**2)
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, 1.0), torch.distributions.Normal(0.0, 1.0)
    )
    assert divergence.item() == pytest.approx(expected.item())
    assert codes.mean().item() == pytest.approx(mean, abs=0.02)
    assert codes.std().item() == pytest.approx(1, abs=0.02)


class Constant(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, features):
        return self.value + 0 * features


def test_weights_of_the_terms():
    variant = build(adversarial_weight=10.0, divergence_weight=0.1, cycle_weight=100.0)
    variant.generator["encoder"] = Constant(2.0)
    variant.discriminator, variant.source_discriminator = Constant(0.0), Constant(0.0)
    for domain in ("source", "target"):
        variant.generator[f"{domain}_decoder"] = GreyDecoder((SOURCE, SHAPE)[domain == "target"])
    batch = torch.full((4, *SHAPE), 0.5), torch.full((4, *SOURCE), -0.25)
    (_, made), *discriminators = variant.step(iter([batch]))
    for domain, far in {"source": 0.25, "target": 0.5}.items():
        assert made[f"{domain}_divergence"].item() == pytest.approx(0.1 * 2)
        assert made[f"{domain}_cycle_divergence"].item() == pytest.approx(0.1 * 4)
        assert made[f"{domain}_reconstruction"].item() == pytest.approx(100 * far)
        assert made[f"{domain}_cycle"].item() == pytest.approx(100 * far)
        assert made[f"{domain}_adversarial"].item() == pytest.approx(10 * math.log(2))
    for _, losses in discriminators:
        assert sum(losses.values()).item() == pytest.approx(10 * math.log(4))


class GreyDecoder(nn.Module):
    """A decoder that returns images of zeros."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, codes):
        return codes.new_zeros(len(codes), *self.shape)


def test_a_sample_decodes_the_mean_code():
    variant = build()
    condition = variant.random_condition(3)
    assert torch.equal(variant.sample(3, condition), variant.sample(3, condition))
