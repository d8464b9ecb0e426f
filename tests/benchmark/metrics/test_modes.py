"""Modes of a mixture on worked examples and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, entropy

from benchmark.metrics.modes import (
    count_high_quality,
    high_quality_share,
    mode_divergence,
    modes_covered,
    modes_hit,
)

SIGMA = 0.01
ANGLES = 2 * np.pi * np.arange(8) / 8
MODES = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)


def all_three(points, modes=MODES, sigma=SIGMA):
    metrics = (modes_covered, high_quality_share, mode_divergence)
    return tuple(metric(points, modes, sigma=sigma) for metric in metrics)


def test_samples_at_three_of_eight_centres():
    points = np.repeat(MODES[[0, 2, 5]], 10, axis=0)
    assert all_three(points) == (3, 1, pytest.approx(math.log(8 / 3)))


def test_a_collapsed_generator():
    assert all_three(np.tile(MODES[4], (50, 1))) == (1, 1, pytest.approx(math.log(8)))


def test_the_data_themselves():
    generator = np.random.default_rng(0)
    points = MODES[generator.integers(8, size=20_000)]
    points = points + SIGMA * generator.standard_normal(points.shape)
    covered, share, divergence = all_three(points)
    assert covered == 8
    expected = chi2.cdf(9, df=2)
    assert share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 20_000))
    assert divergence < 16 / 20_000  # the expectation is (k - 1) / 2n


def test_uniform_noise_covers_no_mode():
    noise = np.random.default_rng(0).uniform(-1, 1, size=(100_000, 2))
    assert (count_high_quality(noise, MODES, sigma=SIGMA) > 0).sum() > 4  # inside the square
    assert modes_covered(noise, MODES, sigma=SIGMA) == 0


@pytest.mark.parametrize("n", [5, 8, 40, 2500])
def test_small_draws_of_the_data_cover_the_modes_that_they_hit(n):
    """An even draw of n points covers all modes, or n of them if there are fewer points."""
    points = np.tile(MODES, (n // 8 + 1, 1))[:n]
    assert modes_covered(points, MODES, sigma=SIGMA) == min(n, 8)


@pytest.mark.parametrize(("hits", "covered"), [(4, 0), (5, 8), (25, 8)])
def test_a_mode_needs_a_fifth_of_an_even_share(hits, covered):
    """Hits are even over the modes, and everything else is noise: 25 of 200 would be even."""
    points = np.concatenate([np.repeat(MODES, hits, axis=0), np.zeros((200 - 8 * hits, 2))])
    assert modes_covered(points, MODES, sigma=SIGMA) == covered


@pytest.mark.parametrize("direction", [(1, 0), (0, -1), (0.6, 0.8)])
def test_three_sigma_is_where_high_quality_ends(direction):
    step = SIGMA * np.array(direction)
    assert all_three(MODES + 2.999 * step) == (8, 1, 0)
    covered, share, divergence = all_three(MODES + 3.001 * step)
    assert (covered, share) == (0, 0)
    assert divergence == pytest.approx(math.log(8))  # the worst, and not the best


def test_poor_samples_neither_cover_a_mode_nor_enter_the_histogram():
    good, poor = MODES[[0, 0, 1, 1]], MODES[[2, 2, 2]] * 1.2
    points = np.concatenate([good, poor])
    assert all_three(points) == (2, pytest.approx(4 / 7), pytest.approx(math.log(8 / 2)))
    assert count_high_quality(points, MODES, sigma=SIGMA).tolist() == [2, 2, 0, 0, 0, 0, 0, 0]


def test_a_sample_counts_for_the_nearest_mode_only():
    modes = np.array([[0.0], [1.0]])  # sigma so wide that each sample is within reach of both
    assert count_high_quality([[0.4], [0.6], [0.7]], modes, sigma=1.0).tolist() == [1, 2]


@pytest.mark.parametrize("hits", [0, 1, 5])
def test_a_mode_is_hit_by_a_single_sample(hits):
    points = np.concatenate([MODES[:hits], np.zeros((2500 - hits, 2))])
    assert modes_hit(points, MODES, sigma=SIGMA) == hits
    assert modes_covered(points, MODES, sigma=SIGMA) == 0


def test_samples_that_are_not_finite_are_of_low_quality():
    points = np.array([[np.nan, 0], [np.inf, 0], [-np.inf, np.nan], [1, 0]])
    assert all_three(points) == (1, 0.25, pytest.approx(math.log(8)))


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(0, 20), min_size=2, max_size=9).filter(any),
    seed=st.integers(0, 99),
)
def test_divergence_equals_scipy(counts, seed):
    modes = np.random.default_rng(seed).permutation(len(counts))[:, None].astype(float)
    points = np.repeat(modes, counts, axis=0)
    uniform = np.full(len(counts), 1 / len(counts))
    expected = entropy(np.array(counts) / sum(counts), uniform)
    divergence = mode_divergence(points, modes, sigma=0.1)
    assert 0 <= divergence == pytest.approx(expected, rel=1e-9, abs=1e-12)
    fair = [count for count in counts if 5 * len(counts) * count >= sum(counts)]
    assert modes_covered(points, modes, sigma=0.1) == len(fair)
    assert modes_hit(points, modes, sigma=0.1) == np.count_nonzero(counts)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), scale=st.floats(1e-3, 1e3))
def test_ignores_order_rotation_shift_and_scale(seed, scale):
    generator = np.random.default_rng(seed)
    points = MODES[generator.integers(8, size=40)] + generator.normal(size=(40, 2)) * 0.1
    rotation = np.linalg.qr(generator.normal(size=(2, 2)))[0]
    expected = pytest.approx(all_three(points, sigma=0.05))
    assert all_three(generator.permutation(points), MODES[::-1], sigma=0.05) == expected
    moved = (scale * (x @ rotation + 3) for x in (points, MODES))
    assert all_three(*moved, sigma=scale * 0.05) == expected


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="points: expected at least 1 samples, got 0"):
        all_three(np.zeros((0, 2)))
    with pytest.raises(ValueError, match=r"modes: expected shape \(n, d\), got \(8,\)"):
        all_three(MODES, np.zeros(8))
    with pytest.raises(
        ValueError, match="expected points and modes of equal dimension, got 3 and 2"
    ):
        all_three(np.zeros((4, 3)))
    for sigma in (0, -1, math.nan):
        with pytest.raises(ValueError, match="expected a standard deviation above 0"):
            all_three(MODES, sigma=sigma)
