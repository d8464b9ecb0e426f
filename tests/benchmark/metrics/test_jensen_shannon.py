"""The Jensen-Shannon divergence of histograms against closed forms and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from benchmark.metrics.jensen_shannon import jensen_shannon_divergence

LOG2 = math.log(2)
SEEDS = st.integers(0, 9999)


def square(d=2, side=1.0):
    return ((-side, side),) * d


def sets(n=60, m=80, d=2, *, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)) * 0.4, generator.normal(size=(m, d)) * 0.3 + 0.2


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(1, 9))
def test_equals_scipy_on_histograms_of_numpy(seed, d, bins):
    """All points lie within the bounds, so that NumPy drops none."""
    real, generated = (np.clip(x, -1, 1) for x in sets(d=d, seed=seed))
    histograms = [np.histogramdd(x, bins, square(d))[0].ravel() for x in (real, generated)]
    expected = jensenshannon(*histograms) ** 2  # SciPy takes the root
    divergence = jensen_shannon_divergence(real, generated, bounds=square(d), bins=bins)
    assert divergence == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_disjoint_supports_score_log_two():
    points = np.random.default_rng(0).random((50, 2))
    for shift in (1, 1.5, 100):
        divergence = jensen_shannon_divergence(
            points, points + np.array([shift, 0]), bounds=((0, 200), (0, 1)), bins=200
        )
        assert divergence == pytest.approx(LOG2, rel=1e-14)


def test_shares_count_rather_than_numbers():
    points = sets()[0]
    assert jensen_shannon_divergence(points, points, bounds=square(), bins=20) == 0
    repeated = np.tile(points, (3, 1))[::-1]
    assert jensen_shannon_divergence(points, repeated, bounds=square(), bins=20) == pytest.approx(
        0, abs=1e-15
    )


def test_half_of_the_support():
    """p lies in one of the two bins of q: m is (3/4, 1/4)."""
    p, q = [[0.25], [0.25]], [[0.25], [0.75]]
    first = math.log(1 / 0.75)
    second = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    expected = (first + second) / 2
    assert jensen_shannon_divergence(p, q, bounds=[(0, 1)], bins=2) == pytest.approx(expected)


def test_the_grid_decides_which_points_differ():
    near = [[0.0, 0.0]], [[0.1, 0.0]]
    assert jensen_shannon_divergence(*near, bounds=square(), bins=1) == 0
    assert jensen_shannon_divergence(*near, bounds=square(), bins=40) == pytest.approx(LOG2)


def test_points_outside_the_bounds_share_a_bin():
    inside, outside = np.zeros((4, 2)), np.full((4, 2), 7.0)
    assert jensen_shannon_divergence(inside, outside, bounds=square(), bins=5) == pytest.approx(
        LOG2
    )
    elsewhere = np.array([[-9.0, 0.0], [0.0, 9.0], [np.inf, 0.0], [np.nan, 0.0]])
    assert jensen_shannon_divergence(outside, elsewhere, bounds=square(), bins=5) == 0
    # a half outside weighs as much as a half in another bin
    half = np.concatenate([inside, outside])
    moved = np.concatenate([inside, np.full((4, 2), 0.9)])
    ours = jensen_shannon_divergence(inside, half, bounds=square(), bins=5)
    expected = jensen_shannon_divergence(inside, moved, bounds=square(), bins=5)
    assert 0 < ours == pytest.approx(expected, rel=1e-12)


def test_bounds_belong_to_the_grid():
    corners = np.array([[-1.0, -1.0], [1.0, 1.0]])
    inner = np.array([[-0.9, -0.9], [0.9, 0.9]])
    assert jensen_shannon_divergence(corners, inner, bounds=square(), bins=2) == 0


def test_approaches_the_integral_for_two_gaussians():
    generator = np.random.default_rng(0)
    real, generated = generator.normal(size=(2, 400_000, 1))
    generated += 1
    grid = np.linspace(-8, 9, 20_001)
    p, q = (np.exp(-((grid - mean) ** 2) / 2) / math.sqrt(2 * math.pi) for mean in (0, 1))
    m = (p + q) / 2
    integral = ((p * np.log(p / m) + q * np.log(q / m)) / 2).sum() * (grid[1] - grid[0])
    divergence = jensen_shannon_divergence(real, generated, bounds=[(-8, 9)], bins=200)
    assert divergence == pytest.approx(integral, rel=0.02)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(1, 1000))
def test_is_symmetric_and_bounded_and_its_root_is_a_distance(seed, d, bins):
    first, second = sets(d=d, seed=seed)
    third = np.random.default_rng(seed + 1).uniform(-1.1, 1.1, size=(50, d))

    def divergence(p, q):
        return jensen_shannon_divergence(p, q, bounds=square(d), bins=bins)

    assert 0 <= divergence(first, second) <= LOG2 * (1 + 1e-12)
    assert divergence(second, first) == pytest.approx(
        divergence(first, second), rel=1e-12, abs=1e-15
    )
    roots = [
        math.sqrt(divergence(*sets)) for sets in ((first, second), (first, third), (third, second))
    ]
    assert roots[0] <= (roots[1] + roots[2]) * (1 + 1e-9) + 1e-7


def test_bad_input_is_an_error():
    points = np.zeros((3, 2))
    with pytest.raises(
        ValueError, match="expected equally many features, got 2 of real samples and 1"
    ):
        jensen_shannon_divergence(points, np.zeros((3, 1)), bounds=square(), bins=5)
    with pytest.raises(ValueError, match="expected at most 3 dimensions for a histogram, got 4"):
        jensen_shannon_divergence(np.zeros((3, 4)), np.zeros((3, 4)), bounds=square(4), bins=5)
    with pytest.raises(ValueError, match="expected 2 bounds, one a coordinate, got 1"):
        jensen_shannon_divergence(points, points, bounds=square(1), bins=5)
    for bounds in ((0, 0), (1, -1), (0, math.nan)):
        with pytest.raises(ValueError, match=r"expected bounds \(low, high\) with low < high"):
            jensen_shannon_divergence(points, points, bounds=((0, 1), bounds), bins=5)
    with pytest.raises(ValueError, match="expected at least 1 bin, got 0"):
        jensen_shannon_divergence(points, points, bounds=square(), bins=0)
