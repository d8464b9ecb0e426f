"""RaGAN: scores are relative to the average of the other kind."""

import math

import pytest
import torch
from torch import nn

import gans

REAL, FAKE = [0.0, 2.0], [1.0, 5.0]  # scores; their means are 1 and 3


class Identity(nn.Module):
    """A discriminator whose score is the sample, of one feature, plus a constant."""

    def __init__(self, shift):
        super().__init__()
        self.shift = nn.Parameter(torch.tensor(float(shift)))

    def forward(self, samples):
        return samples.squeeze(1) + self.shift


class Fixed(nn.Module):
    """A generator that always emits one batch."""

    def __init__(self, batch):
        super().__init__()
        self.batch = nn.Parameter(torch.tensor(batch)[:, None])

    def forward(self, noise):
        return self.batch


def play(shift=0.0):
    """Return a variant and the terms of both players' losses."""
    variant = gans.load("ragan")((1,), latent=1, width=4)
    variant.discriminator, variant.generator = Identity(shift), Fixed(FAKE)
    batches = iter(
        [torch.tensor(REAL)[:, None]]
    )  # one batch: a second `next` would raise StopIteration
    return variant, [terms for _, terms in variant.step(batches)]


def softplus(*values):
    return sum(math.log1p(math.exp(value)) for value in values) / len(values)


def test_closed_form():
    _, (discriminator, generator) = play()
    assert discriminator["real"].item() == pytest.approx(softplus(-(0 - 3), -(2 - 3)))
    assert discriminator["fake"].item() == pytest.approx(softplus(1 - 1, 5 - 1))
    assert generator["real"].item() == pytest.approx(softplus(0 - 3, 2 - 3))
    assert generator["adversarial"].item() == pytest.approx(softplus(-(1 - 1), -(5 - 1)))


@pytest.mark.parametrize("shift", [-7.0, 30.0])
def test_a_constant_added_to_all_scores_changes_no_loss(shift):
    variant, turns = play(shift)
    _, unmoved = play()
    for terms, expected in zip(turns, unmoved, strict=True):
        for term, loss in terms.items():
            assert loss.item() == pytest.approx(expected[term].item(), rel=1e-5)
    (slope,) = torch.autograd.grad(sum(turns[0].values()), variant.discriminator.shift)
    assert slope.item() == pytest.approx(0, abs=1e-6)
    assert variant.boundary is None


def test_the_generator_learns_from_the_real_half_too():
    """Each sample changes the average of the samples: d/dmean softplus(x - mean)."""
    variant, (_, generator) = play()
    (slope,) = torch.autograd.grad(generator["real"], variant.generator.batch)
    mean = (1 / (1 + math.exp(3)) + 1 / (1 + math.exp(1))) / 2
    assert slope.flatten().tolist() == pytest.approx([-mean / 2, -mean / 2])
