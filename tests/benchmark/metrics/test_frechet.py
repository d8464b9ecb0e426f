"""FID against closed forms, high precision, torch-fidelity and pytorch-fid."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

from benchmark.metrics import frechet
from benchmark.metrics.frechet import (
    RunningMoments,
    feature_moments,
    frechet_distance,
    frechet_distance_from_moments,
)

RNG = np.random.default_rng(0)
SEEDS = st.integers(0, 2**32 - 1)


def features(n=400, d=16, *, shift=0.0):
    mixing = np.random.default_rng(d).normal(size=(d, d))
    return RNG.normal(size=(n, d)) @ mixing + shift


def rotation(d, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]


def covariance(variances, seed):
    """Build a covariance with these eigenvalues."""
    turned = rotation(len(variances), seed)
    matrix = (turned * variances) @ turned.T
    return (matrix + matrix.T) / 2


def exact_trace(a, b):
    """Compute tr (A B)^1/2 with 50 digits."""
    with mpmath.workdps(50):
        values, vectors = mpmath.eigsy(mpmath.matrix(a.tolist()))
        roots = [mpmath.sqrt(max(value, 0)) for value in values]
        root = vectors * mpmath.diag(roots) * vectors.T
        shared = mpmath.eigsy(root * mpmath.matrix(b.tolist()) * root, eigvals_only=True)
        return float(sum(mpmath.sqrt(max(value, 0)) for value in shared))


def test_equals_torch_fidelity_and_pytorch_fid():
    real, generated = features(500), features(300, shift=0.3)
    ours = frechet_distance(real, generated)
    theirs = fid_statistics_to_metric(
        *(fid_features_to_statistics(torch.from_numpy(x)) for x in (real, generated)), verbose=False
    )
    assert ours == pytest.approx(theirs["frechet_inception_distance"], rel=1e-9)
    other = calculate_frechet_distance(*feature_moments(real), *feature_moments(generated))
    assert ours == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize("decades", [0, 4, 8, 11])
def test_equals_fifty_digits_for_variances_decades_apart(decades):
    variances = 10.0 ** -np.linspace(0, decades, 30)
    a, b = covariance(variances, 1), covariance(variances, 2)
    ours = frechet_distance_from_moments(np.zeros(30), a, np.zeros(30), b)
    expected = np.trace(a) + np.trace(b) - 2 * exact_trace(a, b)
    assert ours == pytest.approx(expected, rel=1e-10)


def from_samples(x, y):
    """Compute the distance by singular values of the samples, without roots of covariances."""
    difference = x.mean(axis=0) - y.mean(axis=0)
    x, y = ((z - z.mean(axis=0)) / np.sqrt(len(z) - 1) for z in (x, y))
    shared = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return difference @ difference + (x**2).sum() + (y**2).sum() - 2 * shared


@pytest.mark.parametrize(("n", "m"), [(12, 20), (20, 12), (12, 100), (100, 2)])
def test_fewer_samples_than_features(n, m):
    x, y = features(n, 30), features(m, 30, shift=0.1)
    assert frechet_distance(x, y) == pytest.approx(from_samples(x, y), rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(SEEDS, st.integers(2, 12), st.integers(2, 40), st.data())
def test_rounding_adds_no_direction(seed, d, n, more):
    """A direction that no sample has is 1e-16 of the covariance, and its root would be 1e-8."""
    m = more.draw(st.integers(2, d))
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(n, d)), generator.normal(size=(m, d)) * 2 + 1
    x, y = x @ rotation(d, seed), y @ rotation(d, seed)
    assert frechet_distance(x, y) == pytest.approx(from_samples(x, y), rel=1e-10)


def test_sets_that_share_a_minority_of_directions():
    """Most directions occur in one set only, so that squares would lose half the digits."""
    x, y = RNG.normal(size=(2, 400, 30))
    x[:, :15], y[:, 20:] = 0, 0
    turned = rotation(30)
    x, y = x @ turned, y @ turned
    assert frechet_distance(x, y) == pytest.approx(from_samples(x, y), rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 12))
def test_commuting_gaussians_have_a_closed_form(seed, d):
    generator = np.random.default_rng(seed)
    a, b = generator.uniform(0.1, 4, size=(2, d))
    shift = generator.normal(size=d)
    expected = shift @ shift + ((np.sqrt(a) - np.sqrt(b)) ** 2).sum()
    turned = rotation(d, seed)
    first, second = (turned @ np.diag(x) @ turned.T for x in (a, b))
    ours = frechet_distance_from_moments(np.zeros(d), first, shift, second)
    assert ours == pytest.approx(expected, rel=1e-12, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 10), st.integers(2, 40), st.integers(2, 40))
def test_is_symmetric_and_ignores_rotations(seed, d, n, m):
    generator = np.random.default_rng(seed)
    real, generated = generator.normal(size=(n, d)), generator.normal(size=(m, d)) * 2 + 1
    expected = frechet_distance(real, generated)
    assert frechet_distance(generated, real) == pytest.approx(expected, rel=1e-10)
    turned = rotation(d, seed)
    assert frechet_distance(real @ turned, generated @ turned) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.1, 10))
def test_grows_with_a_shift_by_its_square(seed, shift):
    real = np.random.default_rng(seed).normal(size=(40, 6))
    assert frechet_distance(real, real + shift) == pytest.approx(6 * shift**2, rel=1e-9)


def test_is_zero_for_copies_and_shuffled_copies():
    real = features()
    assert frechet_distance(real, real.copy()) == 0
    assert frechet_distance(real, RNG.permutation(real)) == pytest.approx(0, abs=1e-10)


def test_collapsed_generator_has_a_closed_form():
    real = features()
    mean, real_covariance = feature_moments(real)
    collapsed = np.repeat(real[:1], 50, axis=0)
    expected = ((mean - real[0]) ** 2).sum() + np.trace(real_covariance)
    assert frechet_distance(real, collapsed) == pytest.approx(expected, rel=1e-12)
    assert frechet_distance(collapsed, collapsed + 2) == pytest.approx(16 * 4, rel=1e-12)


def test_constant_features_count_by_their_means():
    real, generated = features(), features(shift=0.2)
    expected = frechet_distance(real, generated)
    padded = (
        np.hstack([x, np.full((len(x), 3), value)]) for x, value in ((real, 0.1), (generated, 0.7))
    )
    assert frechet_distance(*padded) == pytest.approx(expected + 3 * 0.36, rel=1e-10)


def test_features_of_very_different_scales():
    real, generated = features(), features(shift=0.1)
    scales = 10.0 ** np.linspace(-6, 6, 16)
    a, b = (feature_moments(x * scales) for x in (real, generated))
    expected = np.trace(a[1]) + np.trace(b[1]) - 2 * exact_trace(a[1], b[1])
    expected += ((a[0] - b[0]) ** 2).sum()
    assert frechet_distance_from_moments(*a, *b) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("mean", [0.0, 1e3, 1e6])
@pytest.mark.parametrize("as_tensor", [False, True])
def test_moments_of_batches_equal_moments_of_the_whole(mean, as_tensor):
    whole = features(1000, 8) + mean
    moments = RunningMoments()
    for start in (0, 1, 7, 500, 512):
        end = {0: 1, 1: 7, 7: 500, 500: 512, 512: 1000}[start]
        batch = whole[start:end]
        moments.update(torch.from_numpy(batch) if as_tensor else batch)
    np.testing.assert_allclose(moments.mean, whole.mean(axis=0), rtol=1e-12)
    # subtracting the mean beforehand keeps the digits of the expected covariance
    expected = np.cov(whole - mean, rowvar=False)
    np.testing.assert_allclose(moments.covariance, expected, atol=1e-10 * expected.max())
    assert moments.count == 1000


def test_the_size_of_a_chunk_changes_only_rounding(monkeypatch):
    real, generated = features(), features(shift=0.2)
    expected = frechet_distance(real, generated)
    monkeypatch.setattr(frechet, "CHUNK", 37)
    assert frechet_distance(real, generated) == pytest.approx(expected, rel=1e-12)


def test_single_precision_is_computed_in_double():
    real, generated = features().astype(np.float32), features(shift=0.2).astype(np.float32)
    expected = frechet_distance(real.astype(np.float64), generated.astype(np.float64))
    assert frechet_distance(real, generated) == pytest.approx(expected, rel=1e-12)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_moments_on_a_gpu_are_the_same():
    whole = features(1000, 8) + 1e3
    moments = RunningMoments()
    moments.update(torch.from_numpy(whole).cuda())
    np.testing.assert_allclose(moments.covariance, np.cov(whole - 1e3, rowvar=False), rtol=1e-9)


def test_bad_input_is_an_error():
    real = features()
    with pytest.raises(ValueError, match="expected at least 2 samples, got 1"):
        frechet_distance(real, real[:1])
    with pytest.raises(ValueError, match="expected finite numbers"):
        frechet_distance(real, np.where(real > 2, np.nan, real))
    with pytest.raises(ValueError, match=r"mean: expected shape \(16,\), got \(4,\)"):
        frechet_distance_from_moments(*feature_moments(real), np.zeros(4), np.eye(4))
    with pytest.raises(ValueError, match="expected variances of 0 or more, got -1 for feature 1"):
        frechet_distance_from_moments(np.zeros(2), np.eye(2), np.zeros(2), np.diag([1.0, -1.0]))
