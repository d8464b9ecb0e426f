"""Clipped density and coverage: shares of good samples, outliers, and the definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import betabinom

from benchmark.metrics.clipped_density_coverage import (
    clipped_coverage_from_counts,
    clipped_density_coverage,
    expected_coverage,
)
from benchmark.metrics.density_coverage import density_coverage


def draw(n, d=8, *, seed):
    return np.random.default_rng(seed).normal(size=(n, d))


def compute_by_definition(real, generated, k):
    between, within = cdist(real, generated), cdist(real, real)
    radii = np.sort(within, axis=1)[:, k]
    clipped = np.minimum(radii, np.median(radii))[:, None]
    density = np.minimum((between <= clipped).sum(axis=0) / k, 1).mean()
    of_real = np.minimum(((within <= clipped).sum(axis=0) - 1) / k, 1).mean()
    coverage = np.minimum((between < radii[:, None]).sum(axis=1) / k, 1).mean()
    n, m = len(real), len(generated)
    expected = [
        betabinom.expect(lambda j: np.minimum(j, k) / k, (good, k, n - k)) if good else 0
        for good in range(m + 1)
    ]
    good = next((i for i, value in enumerate(expected) if value >= coverage), m)
    low = expected[max(good - 1, 0)]
    part = (coverage - low) / (expected[good] - low) if good else 1
    return min(density / of_real, 1), min((max(good - 1, 0) + part) / m, 1) if good else 0


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 999),
    n=st.integers(8, 30),
    m=st.integers(1, 25),
    k=st.integers(1, 6),
    scale=st.sampled_from([0.3, 1.0, 2.0]),
)
def test_equals_the_definitions(seed, n, m, k, scale):
    real, generated = draw(n, 2, seed=seed), scale * draw(m, 2, seed=seed + 1)
    expected = compute_by_definition(real, generated, k)
    assert clipped_density_coverage(real, generated, k=k) == pytest.approx(expected, abs=1e-9)


def test_copies_of_the_real_samples_score_one():
    real = draw(300, seed=0)
    assert clipped_density_coverage(real, real) == (1, 1)


def test_samples_of_the_distribution_score_one():
    scores = clipped_density_coverage(draw(2000, seed=0), draw(2000, seed=1))
    assert scores == pytest.approx((1, 1), abs=0.05)


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.75])
def test_reads_as_the_share_of_good_samples(share):
    """The scores fall linearly, where density and coverage do not."""
    real, generated = draw(2000, 4, seed=0), draw(2000, 4, seed=1)
    generated[round(share * 2000) :] += 1000
    assert clipped_density_coverage(real, generated) == pytest.approx((share, share), abs=0.04)


def test_missing_modes_are_not_covered():
    labels = np.repeat([0, 1], 1000)
    real = draw(2000, 4, seed=0) + 1000 * labels[:, None]
    generated = draw(2000, 4, seed=1)
    density, coverage = clipped_density_coverage(real, generated)
    assert density == pytest.approx(1, abs=0.05)
    assert 0.3 < coverage < 0.5  # half of the real samples have no sample near


def test_a_real_outlier_does_not_make_bad_samples_good():
    """The ball of an outlier contains the bad samples, but clipping makes it small."""
    real, bad = draw(400, seed=0), draw(400, seed=1) + 20
    real[0] += 21
    assert density_coverage(real, bad)[0] > 0.1
    assert clipped_density_coverage(real, bad)[0] == 0


def test_concentrated_samples_do_not_make_up_for_bad_ones():
    """One sample in twenty lies in nearly all balls, and the others in none."""
    real = draw(1000, 16, seed=0)
    generated = np.concatenate([0.1 * draw(50, 16, seed=1), draw(950, 16, seed=2) + 100])
    assert density_coverage(real, generated)[0] > 0.5
    assert 0.05 <= clipped_density_coverage(real, generated)[0] < 0.15


@pytest.mark.parametrize(("n", "k"), [(6, 5), (50, 1), (50, 5)])
def test_expected_coverage_is_linear_up_to_k_samples(n, k):
    """Up to k samples none exceeds the limit, so that each adds the share 1 / n of the ball."""
    expected = expected_coverage(n, 60, k=k)
    assert expected[: k + 1] == pytest.approx(np.arange(k + 1) / n, abs=1e-12)
    assert (np.diff(expected) > 0).all() and expected[-1] < 1


def test_calibration_inverts_the_expectation():
    """If each real sample has one of k samples, the mean is 1 / k, and so on."""
    expected = expected_coverage(100, 40, k=4)
    counts = np.ones(100)
    good = 40 * clipped_coverage_from_counts(counts, samples=40, k=4)
    assert np.interp(good, np.arange(41), expected) == pytest.approx(1 / 4)
    assert clipped_coverage_from_counts(4 * counts, samples=40, k=4) == 1
    assert clipped_coverage_from_counts(0 * counts, samples=40, k=4) == 0


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="expected at least 6 samples for k = 5 neighbours, got 5"):
        clipped_density_coverage(np.eye(5), np.eye(5))
    bad = draw(10, seed=0)
    bad[3, 2] = math.nan
    for pair in ((bad, draw(9, seed=1)), (draw(9, seed=1), bad)):
        with pytest.raises(ValueError, match="expected finite numbers, got NaN or infinity"):
            clipped_density_coverage(*pair)
    with pytest.raises(ValueError, match="expected equally many features"):
        clipped_density_coverage(draw(9, seed=0), draw(9, 3, seed=0))
