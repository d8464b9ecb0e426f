"""Memorisation on cases made by hand: copies are caught, held-out data are not."""

import numpy as np
import pytest

from benchmark.metrics.memorisation import authenticity, nearest_distance_ratio


def draw(n, d, seed):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_a_memoriser_is_caught():
    real = draw(500, 16, 0)
    copies = real[np.random.default_rng(1).integers(0, 500, 300)]
    assert authenticity(real, copies) == 0
    assert nearest_distance_ratio(real, copies) == 0
    blurred = copies + 1e-3 * draw(300, 16, 2)
    assert authenticity(real, blurred) == 0
    assert nearest_distance_ratio(real, blurred) < 0.01


@pytest.mark.parametrize(
    ("d", "mutual"),
    # the probability that two neighbours are each other's nearest: Cox 1981, Biometrika 68, 367
    [(1, 2 / 3), (2, 6 * np.pi / (8 * np.pi + 3 * 3**0.5))],
)
def test_held_out_samples_score_what_neighbours_do(d, mutual):
    real, unseen = np.random.default_rng(0).uniform(size=(2, 20_000, d))
    assert authenticity(real, unseen) == pytest.approx(1 - mutual, abs=0.015)
    assert nearest_distance_ratio(real, unseen) == pytest.approx(1, abs=0.02)


def test_samples_far_from_all_data_are_no_copies():
    real = draw(200, 4, 0)
    assert authenticity(real, real + 100) == 1
    assert nearest_distance_ratio(real, real + 100) > 100


def test_half_copies_score_half():
    real = draw(400, 3, 0)
    generated = np.concatenate([real[:100], draw(100, 3, 1) + 50])
    assert authenticity(real, generated) == 0.5


def test_which_is_real_and_which_generated():
    """Copies of few of many, and a set that holds copies among much else."""
    real = draw(500, 8, 0)
    assert authenticity(real, real[:20]) == 0
    assert authenticity(real[:20], real) > 0.5
