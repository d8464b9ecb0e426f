"""FID against closed forms and against torch-fidelity and pytorch-fid."""

import numpy as np
import pytest
import torch
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

from benchmark.metrics.frechet import (
    frechet_distance,
    frechet_distance_of_statistics,
    statistics,
)

RNG = np.random.default_rng(0)


def features(n=400, d=16, *, shift=0.0):
    mixing = np.random.default_rng(d).normal(size=(d, d))
    return RNG.normal(size=(n, d)) @ mixing + shift


def test_equals_torch_fidelity_and_pytorch_fid():
    real, generated = features(500), features(300, shift=0.3)
    ours = frechet_distance(real, generated)
    theirs = fid_statistics_to_metric(
        *(fid_features_to_statistics(torch.from_numpy(x)) for x in (real, generated)), verbose=False
    )
    assert ours == pytest.approx(theirs["frechet_inception_distance"], rel=1e-9)
    other = calculate_frechet_distance(*statistics(real), *statistics(generated))
    assert ours == pytest.approx(other, rel=1e-9)


def test_gaussians_that_commute_have_a_closed_form():
    a, b = RNG.uniform(0.1, 4, size=(2, 8))
    shift = RNG.normal(size=8)
    expected = shift @ shift + ((np.sqrt(a) - np.sqrt(b)) ** 2).sum()
    rotation = np.linalg.qr(RNG.normal(size=(8, 8)))[0]
    first, second = (rotation @ np.diag(x) @ rotation.T for x in (a, b))
    ours = frechet_distance_of_statistics(np.zeros(8), first, shift, second)
    assert ours == pytest.approx(expected, rel=1e-12)


def test_a_set_is_at_distance_zero_from_itself():
    real = features()
    assert frechet_distance(real, real) == pytest.approx(0, abs=1e-9)


def test_is_symmetric_and_grows_with_a_shift():
    real, generated = features(), features(shift=0.5)
    assert frechet_distance(real, generated) == pytest.approx(frechet_distance(generated, real))
    distances = [frechet_distance(real, real + shift) for shift in (0.1, 0.2, 0.4)]
    assert distances == pytest.approx([16 * s**2 for s in (0.1, 0.2, 0.4)], rel=1e-6)


def test_a_collapsed_generator_gets_the_exact_value():
    real = features()
    mean, covariance = statistics(real)
    collapsed = np.repeat(real[:1], 50, axis=0)
    expected = ((mean - real[0]) ** 2).sum() + np.trace(covariance)
    assert frechet_distance(real, collapsed) == pytest.approx(expected, rel=1e-9)


def test_fewer_samples_than_features():
    real, generated = features(20, 64), features(30, 64)
    value = frechet_distance(real, generated)
    assert np.isfinite(value) and value > 0
    assert value == pytest.approx(frechet_distance(generated, real), rel=1e-6)
