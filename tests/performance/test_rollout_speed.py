"""`make bench-rollouts` times, counts and records both ways alike."""

import pytest
import torch

from gans.common.networks.recurrent import Recurrent
from tests.performance import rollout_speed


def test_both_ways_complete_every_beginning():
    generator = Recurrent(9, 3, 4)
    tokens = generator.draw(2, 5)
    for whole in (rollout_speed.naive(generator, tokens, 3), generator.rollouts(tokens, 3)):
        assert whole.shape == (4, 3, 2, 5)
        for known in range(1, 5):
            same = whole[known - 1, :, :, :known] == tokens[:, :known]
            assert same.all()
    drawn = sum(3 * 2 * (5 - known) for known in range(1, 5))
    assert rollout_speed.drawn(5, 2, 3) == drawn


def test_a_ratio_is_that_of_the_rates(monkeypatch):
    monkeypatch.setattr(rollout_speed, "COUNT", 2)
    rows = rollout_speed.measure(9, 4, 2, blocks=1)
    assert list(rows) == ["naive", "batched"] and rows["naive"]["ratio"] == 1
    rate = rows["batched"]["rate"] / rows["naive"]["rate"]
    assert rows["batched"]["ratio"] == pytest.approx(rate, rel=1e-2)
    assert torch.get_num_threads() == 1
