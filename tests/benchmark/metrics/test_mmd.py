"""MMD under a Gaussian kernel against a direct double loop and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from benchmark.metrics.mmd import median_distance, mmd


def sets(n=40, m=30, d=5, *, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, d)), random.normal(size=(m, d)) * 0.8 + 0.4


def kernel(x, y, bandwidth):
    return math.exp(-sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / (2 * bandwidth**2))


@pytest.mark.parametrize("bandwidth", [0.3, 1.0, 5.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_a_double_loop(bandwidth, dtype):
    real, generated = (x.astype(dtype) for x in sets(8, 6, 3))
    x, y = real.astype(np.float64), generated.astype(np.float64)
    within = [
        np.mean(
            [kernel(a[i], a[j], bandwidth) for i in range(len(a)) for j in range(len(a)) if i != j]
        )
        for a in (x, y)
    ]
    across = np.mean([kernel(a, b, bandwidth) for a in x for b in y])
    value = mmd(real, generated, bandwidth=bandwidth)
    assert value == pytest.approx(sum(within) - 2 * across, rel=1e-11, abs=1e-14)


def expected_kernel(shift, covariance, bandwidth):
    """Compute E k(x, y) of Gaussians whose difference has this mean and covariance."""
    wide = covariance + bandwidth**2 * np.eye(len(shift))
    scale = np.linalg.det(covariance / bandwidth**2 + np.eye(len(shift))) ** -0.5
    return scale * np.exp(-shift @ np.linalg.solve(wide, shift) / 2)


@pytest.mark.parametrize("bandwidth", [0.7, 2.0])
def test_gaussians_have_a_closed_form(bandwidth):
    random = np.random.default_rng(1)
    first, second = random.normal(size=(2, 3, 3))
    shift = np.array([0.5, -0.2, 0.3])
    a, b = first.T @ first, second.T @ second
    expected = (
        expected_kernel(np.zeros(3), 2 * a, bandwidth)
        + expected_kernel(np.zeros(3), 2 * b, bandwidth)
        - 2 * expected_kernel(shift, a + b, bandwidth)
    )
    values = [
        mmd(
            random.normal(size=(200, 3)) @ first,
            random.normal(size=(150, 3)) @ second + shift,
            bandwidth=bandwidth,
        )
        for _ in range(64)
    ]
    assert abs(np.mean(values) - expected) < 4 * np.std(values) / 8
    assert expected > 10 * np.std(values) / 8


def test_is_unbiased():
    """Equal distributions fall on both sides of zero."""
    random = np.random.default_rng(2)
    values = [mmd(*random.normal(size=(2, 30, 4)), bandwidth=2) for _ in range(200)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(200)


def test_a_set_against_itself_is_below_zero_by_its_diagonal():
    """Samples are compared with themselves only across the sets.

    The value is the mean off the diagonal less 1, over n / 2.
    """
    real, _ = sets()
    squares = pdist(real, "sqeuclidean")
    expected = 2 / len(real) * (np.exp(-squares / 2).mean() - 1)
    assert mmd(real, real, bandwidth=1) == pytest.approx(expected, rel=1e-11)


def test_collapsed_sets_far_apart_score_two():
    real, generated = np.zeros((20, 3)), np.full((30, 3), 1e6)
    assert mmd(real, generated, bandwidth=1) == 2


def test_far_sets_keep_their_digits():
    """Far from the origin and from each other, each set is still summed about its own mean."""
    real, generated = sets()
    shifted = mmd(real, generated + 1e3, bandwidth=1)
    squares = [pdist(x, "sqeuclidean") for x in (real, generated)]
    expected = sum(np.exp(-x / 2).mean() for x in squares)
    assert shifted == pytest.approx(expected, rel=1e-11)
    assert mmd(real + 1e6, generated + 1e6, bandwidth=1) == pytest.approx(
        mmd(real, generated, bandwidth=1), rel=1e-8
    )


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 40), m=st.integers(2, 40), chunk=st.integers(1, 50), seed=st.integers(0, 99)
)
def test_the_size_of_a_chunk_changes_nothing(n, m, chunk, seed):
    real, generated = sets(n, m, seed=seed)
    expected = mmd(real, generated, bandwidth=1.5)
    value = mmd(real, generated, bandwidth=1.5, chunk=chunk)
    assert value == pytest.approx(expected, rel=1e-10, abs=1e-13)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), d=st.integers(1, 12), scale=st.floats(1e-3, 1e3))
def test_ignores_order_rotation_shift_scale_and_exchange(seed, d, scale):
    real, generated = sets(20, 30, d, seed=seed)
    random = np.random.default_rng(seed)
    rotation = np.linalg.qr(random.normal(size=(d, d)))[0]
    expected = pytest.approx(mmd(real, generated, bandwidth=1), rel=1e-8, abs=1e-12)
    shuffled = random.permutation(real), random.permutation(generated)
    assert mmd(*shuffled, bandwidth=1) == expected
    moved = (x @ rotation * scale + 3 * scale for x in (real, generated))
    assert mmd(*moved, bandwidth=scale) == expected
    assert mmd(generated, real, bandwidth=1) == expected


def test_bandwidth_defaults_to_the_median_distance_of_real_samples():
    real, generated = sets()
    assert mmd(real, generated) == mmd(real, generated, bandwidth=median_distance(real))


@pytest.mark.parametrize("n", [2, 3, 50])
def test_median_distance_of_all_rows(n):
    features = sets(n)[0] + 100
    assert median_distance(features) == pytest.approx(np.median(pdist(features)), rel=1e-9)


def test_median_distance_of_evenly_spaced_rows():
    features = np.repeat(np.arange(10.0), 100)[:, None]  # ten runs of equal rows
    expected = np.median(pdist(np.arange(10.0)[:, None]))
    assert median_distance(features, max_samples=10) == pytest.approx(expected)
    random = sets(999)[0]
    assert median_distance(random, max_samples=100) == median_distance(random, max_samples=100)
    assert median_distance(random, max_samples=998) == pytest.approx(
        median_distance(random), rel=0.01
    )


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="generated: expected at least 2 samples, got 1"):
        mmd(np.eye(3), np.ones((1, 3)), bandwidth=1)
    with pytest.raises(
        ValueError, match="expected equally many features, got 3 of real samples and 4"
    ):
        mmd(np.eye(3), np.eye(4), bandwidth=1)
    for bandwidth in (0, -1, math.nan):
        with pytest.raises(ValueError, match="expected a bandwidth above 0"):
            mmd(np.eye(3), np.eye(3), bandwidth=bandwidth)
    with pytest.raises(ValueError, match="expected at least 2 samples, got 1"):
        median_distance(np.ones((1, 3)))
