"""DualGAN: weight clipping, steps of the critics, and noise by dropout."""

import pytest
import torch
from torch import nn

import gans
from tests.gans.translation.players import AddNumber

SHAPE = (1, 16, 16)


def build(**keywords):
    torch.manual_seed(0)
    return gans.load("dualgan")(SHAPE, source=SHAPE, width=4, **keywords)


def pairs():
    while True:
        yield torch.rand(4, *SHAPE), -torch.rand(4, *SHAPE)


def test_clipping_bounds_every_weight_of_the_critics():
    variant = build(clip=0.005)
    for _ in variant.step(pairs()):
        pass
    for critic in (variant.critic, variant.source_critic):
        largest = max(weight.abs().max().item() for weight in critic.parameters())
        assert largest == pytest.approx(0.005)


@pytest.mark.parametrize("n_critic", [1, 3])
def test_the_critics_take_n_critic_steps_per_step_of_the_generators(n_critic):
    variant = build(n_critic=n_critic)
    players = [player for player, _ in variant.step(pairs())]
    assert players == [variant.critic, variant.source_critic] * n_critic + [variant.generator]


class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))

    def forward(self, images):
        return images


def test_closed_form_of_every_loss():
    """Critics return the brightness, and translators add to it."""
    variant = build(cycle_weight=2.0, target_cycle_weight=3.0, n_critic=1)
    variant.generator = nn.ModuleDict({"there": AddNumber(0.5), "back": AddNumber(0.25)})
    variant.critic, variant.source_critic = Mean(), Mean()
    v, u = torch.full((4, *SHAPE), 0.25), torch.full((4, *SHAPE), -1.0)
    (_, one), (_, other), (_, made) = variant.step(iter([(v, u)]))
    assert one["wasserstein"].item() == pytest.approx(-0.5 - 0.25)
    assert other["wasserstein"].item() == pytest.approx(0.5 + 1)
    expected = {"adversarial": 0.5, "source_adversarial": -0.5, "cycle": 1.5, "target_cycle": 2.25}
    assert {term: loss.item() for term, loss in made.items()} == pytest.approx(expected)


def test_dropout_is_active_in_evaluation():
    variant = build().eval()
    condition = variant.random_condition(3)
    assert not torch.equal(variant.sample(3, condition), variant.sample(3, condition))
