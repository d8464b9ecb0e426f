"""Memorisation on constructed cases: copies are detected, held-out data are not."""

import numpy as np
import pytest

from benchmark.metrics.memorisation import authenticity, nearest_distance_ratio


def draw(n, d, seed):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_detects_a_memoriser():
    real = draw(500, 16, 0)
    copies = real[np.random.default_rng(1).integers(0, 500, 300)]
    assert authenticity(real, copies) == 0
    assert nearest_distance_ratio(real, copies) == 0
    blurred = copies + 1e-3 * draw(300, 16, 2)
    assert authenticity(real, blurred) == 0
    assert nearest_distance_ratio(real, blurred) < 0.01


@pytest.mark.parametrize(
    ("d", "mutual"),
    # probability that two neighbours are each other's nearest: Cox 1981, Biometrika 68, 367
    [(1, 2 / 3), (2, 6 * np.pi / (8 * np.pi + 3 * 3**0.5))],
)
def test_held_out_samples_score_as_theory_predicts(d, mutual):
    real, unseen = np.random.default_rng(0).uniform(size=(2, 20_000, d))
    assert authenticity(real, unseen) == pytest.approx(1 - mutual, abs=0.015)
    assert nearest_distance_ratio(real, unseen) == pytest.approx(1, abs=0.02)


def test_samples_far_from_all_data_are_not_copies():
    real = draw(200, 4, 0)
    assert authenticity(real, real + 100) == 1
    assert nearest_distance_ratio(real, real + 100) > 100


def test_half_copies_score_half():
    real = draw(400, 3, 0)
    generated = np.concatenate([real[:100], draw(100, 3, 1) + 50])
    assert authenticity(real, generated) == 0.5


def test_order_of_real_and_generated():
    """Copies of 20 of 500 samples, and 500 samples of which 20 are copies."""
    real = draw(500, 8, 0)
    assert authenticity(real, real[:20]) == 0
    assert authenticity(real[:20], real) > 0.5
