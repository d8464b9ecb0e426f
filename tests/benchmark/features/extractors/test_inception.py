"""Inception against torch-fidelity with the same random weights."""

import numpy as np
import pytest

from benchmark.features import extractors
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.kid import kid
from tests.benchmark.features.extractors.fidelity import fidelity_metrics
from tests.benchmark.features.images import random_images


def test_inception_equals_torch_fidelity(inception_weights):
    # With fewer images than features, FID of torch-fidelity is off by 4e-6, in the null space;
    # thousands of images would take too long: so the means lie apart, and FID is large.
    real, generated = random_images(24, seed=0), random_images(20, seed=1) // 2
    generated[:, :, ::2] = 255
    extractor = extractors.load("inception", weights=inception_weights)
    (ours_real, _), (ours, probabilities) = extractor.embed(real), extractor.embed(generated)
    assert ours.shape == (20, 2048) and ours.dtype == np.float64
    assert probabilities.shape == (20, 1008) and np.allclose(probabilities.sum(axis=1), 1)
    subsets = {"kid_subsets": 5, "kid_subset_size": 15}
    expected = fidelity_metrics(
        real,
        generated,
        isc=True,
        kid=True,
        feature_extractor_weights_path=inception_weights,
        **subsets,
    )
    fid, score = expected["frechet_inception_distance"], expected["inception_score_mean"]
    assert fid > 5 and score > 1.01  # or equality would say little
    # torch-fidelity takes the mean over samples in float32
    assert frechet_distance(ours_real, ours) == pytest.approx(fid, rel=1e-6)
    assert inception_score(probabilities, splits=2)[0] == pytest.approx(score, rel=1e-6)
    mean, spread = kid(ours_real, ours, subsets=5, subset_size=15)
    assert mean == pytest.approx(expected["kernel_inception_distance_mean"], rel=1e-6)
    # the kernel of torch-fidelity is in float32
    assert spread == pytest.approx(expected["kernel_inception_distance_std"], rel=1e-4)
