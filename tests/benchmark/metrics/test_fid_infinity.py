"""FID infinity against closed forms."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.metrics.fid_infinity import fid_infinity
from benchmark.metrics.frechet import frechet_distance

D = 16
SCALES = np.linspace(0.5, 1.5, D)
SHIFT = np.linspace(0, 0.3, D)
TRUTH = SHIFT @ SHIFT + ((SCALES - 1) ** 2).sum()  # N(0, 1) against N(SHIFT, SCALES^2)


def generated(m=1000, *, seed=0):
    return np.random.default_rng(seed).normal(size=(m, D)) * SCALES + SHIFT


@pytest.fixture(scope="module")
def real():
    """Samples whose mean is exactly 0 and whose covariance exactly 1, so that they add no bias."""
    samples = np.random.default_rng(1).normal(size=(500, D))
    samples -= samples.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(samples, rowvar=False))
    return samples @ (vectors / np.sqrt(values)) @ vectors.T


def test_is_far_less_biased_than_the_frechet_distance(real):
    draws = [generated(seed=seed) for seed in range(40)]
    plain = np.mean([frechet_distance(real, x) for x in draws]) - TRUTH
    extrapolated = np.mean([fid_infinity(real, x) for x in draws]) - TRUTH
    assert plain > 0
    assert abs(extrapolated) < plain / 4


def test_equal_distributions_score_around_zero(real):
    random = np.random.default_rng(2)
    values = [fid_infinity(real, random.normal(size=(400, D))) for _ in range(40)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(40)


def test_extrapolates_to_the_intercept(monkeypatch, real):
    """A distance of exactly 3 + 7/N extrapolates to 3, through sizes evenly spaced in N."""
    sizes = []

    def distance(mean_a, covariance_a, mean_b, size):
        sizes.append(size)
        return 3 + 7 / size

    module = sys.modules["benchmark.metrics.fid_infinity"]  # the package has a function of its name
    monkeypatch.setattr(module, "feature_moments", lambda x: (None, len(x)))
    monkeypatch.setattr(module, "frechet_distance_from_moments", distance)
    assert fid_infinity(real, generated(), subsets=4, min_samples=400) == pytest.approx(
        3, rel=1e-12
    )
    assert sizes == [400, 600, 800, 1000]
    sizes.clear()
    fid_infinity(real, generated())
    assert len(sizes) == 15 and (sizes[0], sizes[-1]) == (100, 1000)


def test_the_seed_fixes_the_value(real):
    samples = generated()
    assert fid_infinity(real, samples) == fid_infinity(real, samples)
    assert fid_infinity(real, samples, seed=1) != fid_infinity(real, samples)


def test_accepts_two_subsets_and_float32(real):
    samples = generated()
    value = fid_infinity(
        real.astype(np.float32), samples.astype(np.float32), subsets=2, min_samples=500
    )
    assert value == pytest.approx(fid_infinity(real, samples, subsets=2, min_samples=500), rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_ignores_rotation_and_shift_of_both(seed):
    random = np.random.default_rng(seed)
    first, second = random.normal(size=(60, 4)), random.normal(size=(90, 4)) * 1.3
    rotation = np.linalg.qr(random.normal(size=(4, 4)))[0]
    moved = (x @ rotation + 5 for x in (first, second))
    assert fid_infinity(*moved) == pytest.approx(fid_infinity(first, second), rel=1e-7, abs=1e-9)


def test_is_not_symmetric(real):
    """Only the second set is extrapolated."""
    samples = generated(500)
    assert fid_infinity(real, samples) != pytest.approx(fid_infinity(samples, real), rel=1e-3)


@pytest.mark.parametrize(("m", "min_samples"), [(1000, 16), (1000, 1000), (100, None), (10, 5)])
def test_smallest_subset_out_of_range_is_an_error(real, m, min_samples):
    message = f"expected min_samples above the 16 features and below the {m} generated samples"
    with pytest.raises(ValueError, match=message):
        fid_infinity(real, generated(m), min_samples=min_samples)


def test_bad_input_is_an_error(real):
    with pytest.raises(ValueError, match="expected at least 2 subsets to fit a line, got 1"):
        fid_infinity(real, generated(), subsets=1)
    with pytest.raises(
        ValueError, match="expected equally many features, got 16 of real samples and 3 of"
    ):
        fid_infinity(real, np.ones((50, 3)))
    with pytest.raises(ValueError, match="real: expected at least 2 samples, got 1"):
        fid_infinity(real[:1], generated())
