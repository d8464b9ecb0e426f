"""Wasserstein distance against closed forms and SciPy."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmark.metrics.wasserstein import wasserstein_distance

SEEDS = st.integers(0, 9999)


def sets(count=2, n=12, d=2, *, seed=0):
    return np.random.default_rng(seed).normal(size=(count, n, d))


@pytest.mark.parametrize("order", [1, 2, 3.5])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_shifted_set_scores_the_length_of_the_shift(d, order):
    points = sets(1, 40, d)[0]
    shift = np.linspace(0.3, -1, d)
    generator = np.random.default_rng(1)
    distance = wasserstein_distance(points, generator.permutation(points + shift), order=order)
    assert distance == pytest.approx(np.linalg.norm(shift), rel=1e-12)


@pytest.mark.parametrize("d", [1, 2])
def test_set_is_at_distance_zero_from_itself(d):
    points = sets(1, 30, d)[0]
    assert wasserstein_distance(points, points[::-1]) == 0


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 40))
def test_equals_scipy_in_one_dimension(seed, n):
    first, second = sets(n=n, d=1, seed=seed)
    expected = stats.wasserstein_distance(first[:, 0], second[:, 0])
    assert wasserstein_distance(first, second) == pytest.approx(expected, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize(("n", "d"), [(1, 2), (7, 2), (12, 3)])
def test_equals_scipy_in_several_dimensions(n, d):
    first, second = sets(n=n, d=d, seed=n)
    expected = stats.wasserstein_distance_nd(first, second)
    assert wasserstein_distance(first, second) == pytest.approx(expected, rel=1e-8)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 5), st.sampled_from([1, 2]), st.sampled_from([1.0, 2.0]))
def test_no_pairing_is_shorter(seed, n, d, order):
    first, second = sets(n=n, d=d, seed=seed)
    shortest = min(
        (np.linalg.norm(first - second[list(other)], axis=1) ** order).mean()
        for other in permutations(range(n))
    )
    distance = wasserstein_distance(first, second, order=order)
    assert distance == pytest.approx(shortest ** (1 / order), rel=1e-10)


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_gaussians_on_the_line(scale):
    """W_1 between N(0, 1) and N(0, s^2) is |s - 1| E|x|, W_2 is |s - 1|."""
    first, second = np.random.default_rng(0).normal(size=(2, 100_000, 1))
    gap = abs(scale - 1)
    assert wasserstein_distance(first, scale * second) == pytest.approx(
        gap * math.sqrt(2 / math.pi), rel=0.02
    )
    assert wasserstein_distance(first, scale * second, order=2) == pytest.approx(gap, rel=0.02)


def test_higher_order_weighs_long_ways_more():
    first, second = np.zeros((4, 2)), np.zeros((4, 2))
    second[0] = [3, 4]  # one of four points is 5 away
    assert wasserstein_distance(first, second) == pytest.approx(5 / 4)
    assert wasserstein_distance(first, second, order=2) == pytest.approx(math.sqrt(25 / 4))


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(1, 15), st.integers(1, 3), st.sampled_from([1.0, 2.0]))
def test_is_a_distance(seed, n, d, order):
    first, second, third = sets(3, n, d, seed=seed)
    there = wasserstein_distance(first, second, order=order)
    assert there > 0
    assert wasserstein_distance(second, first, order=order) == pytest.approx(there, rel=1e-12)
    detour = wasserstein_distance(first, third, order=order) + wasserstein_distance(
        third, second, order=order
    )
    assert there <= detour * (1 + 1e-12)
    assert wasserstein_distance(first, second) <= wasserstein_distance(first, second, order=2) * (
        1 + 1e-12
    )


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(1e-3, 1e3))
def test_scales_with_the_points(seed, scale):
    first, second = sets(seed=seed)
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(2, 2)))[0]
    moved = (scale * (x @ rotation + 1) for x in (first, second))
    assert wasserstein_distance(*moved) == pytest.approx(
        scale * wasserstein_distance(first, second), rel=1e-8
    )


def test_ignores_the_type_of_numbers():
    first, second = sets().astype(np.float32)
    exact = wasserstein_distance(first.astype(np.float64), second.astype(np.float64))
    assert wasserstein_distance(first, second) == pytest.approx(exact, rel=1e-12)
    assert wasserstein_distance([[0], [1]], [[1], [2]]) == 1


def test_bad_input_is_an_error():
    with pytest.raises(
        ValueError, match="expected equally many points, got 3 real and 4 generated"
    ):
        wasserstein_distance(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(
        ValueError, match="expected equally many features, got 2 of real samples and 1"
    ):
        wasserstein_distance(np.zeros((3, 2)), np.zeros((3, 1)))
    for d in (1, 2):
        with pytest.raises(ValueError, match="generated: expected finite numbers"):
            wasserstein_distance(np.zeros((3, d)), np.full((3, d), np.nan))
    for order in (0.5, math.nan):
        with pytest.raises(ValueError, match="expected an order of at least 1"):
            wasserstein_distance(np.zeros((3, 2)), np.zeros((3, 2)), order=order)
