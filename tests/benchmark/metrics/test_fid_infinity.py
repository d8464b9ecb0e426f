"""FID infinity against closed forms."""

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
    """Samples whose mean is exactly 0 and whose covariance exactly 1: no bias of their own."""
    samples = np.random.default_rng(1).normal(size=(500, D))
    samples -= samples.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(samples, rowvar=False))
    return samples @ (vectors / np.sqrt(values)) @ vectors.T


def test_is_much_closer_to_the_truth_than_the_distance_of_as_many_samples(real):
    draws = [generated(seed=seed) for seed in range(40)]
    plain = np.mean([frechet_distance(real, x) for x in draws]) - TRUTH
    extrapolated = np.mean([fid_infinity(real, x) for x in draws]) - TRUTH
    assert plain > 0
    assert abs(extrapolated) < plain / 4


def test_equal_distributions_come_out_about_zero_on_either_side(real):
    random = np.random.default_rng(2)
    values = [fid_infinity(real, random.normal(size=(400, D))) for _ in range(40)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(40)


def test_is_the_intercept_of_the_line_through_its_points(monkeypatch, real):
    """A distance of exactly 3 + 7/N is taken back to 3, through sizes evenly spaced in N."""
    sizes = []

    def distance(mean_a, covariance_a, mean_b, size):
        sizes.append(size)
        return 3 + 7 / size

    monkeypatch.setattr("benchmark.metrics.fid_infinity.statistics", lambda x: (None, len(x)))
    monkeypatch.setattr("benchmark.metrics.fid_infinity.frechet_distance_of_statistics", distance)
    assert fid_infinity(real, generated(), points=4, least=400) == pytest.approx(3, rel=1e-12)
    assert sizes == [400, 600, 800, 1000]
    sizes.clear()
    fid_infinity(real, generated())
    assert len(sizes) == 15 and (sizes[0], sizes[-1]) == (100, 1000)


def test_the_seed_fixes_the_value(real):
    samples = generated()
    assert fid_infinity(real, samples) == fid_infinity(real, samples)
    assert fid_infinity(real, samples, seed=1) != fid_infinity(real, samples)


def test_two_points_and_float32_are_enough(real):
    samples = generated()
    value = fid_infinity(real.astype(np.float32), samples.astype(np.float32), points=2, least=500)
    assert value == pytest.approx(fid_infinity(real, samples, points=2, least=500), rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_rotation_and_shift_of_both_change_nothing(seed):
    random = np.random.default_rng(seed)
    first, second = random.normal(size=(60, 4)), random.normal(size=(90, 4)) * 1.3
    rotation = np.linalg.qr(random.normal(size=(4, 4)))[0]
    moved = (x @ rotation + 5 for x in (first, second))
    assert fid_infinity(*moved) == pytest.approx(fid_infinity(first, second), rel=1e-7, abs=1e-9)


def test_is_not_symmetric(real):
    """Only the second set is taken to infinity."""
    samples = generated(500)
    assert fid_infinity(real, samples) != pytest.approx(fid_infinity(samples, real), rel=1e-3)


@pytest.mark.parametrize(("m", "least"), [(1000, 16), (1000, 1000), (100, None), (10, 5)])
def test_a_least_size_outside_its_range_is_an_error(real, m, least):
    message = f"the least of {m} samples must lie above the 16 features and below {m}"
    with pytest.raises(ValueError, match=message):
        fid_infinity(real, generated(m), least=least)


def test_bad_input_is_an_error(real):
    with pytest.raises(ValueError, match="no line goes through 1 points"):
        fid_infinity(real, generated(), points=1)
    with pytest.raises(ValueError, match=r"real samples have 16 features, generated ones 3"):
        fid_infinity(real, np.ones((50, 3)))
    with pytest.raises(ValueError, match="real: 1 samples, where at least 2 are wanted"):
        fid_infinity(real[:1], generated())
