"""Inception Score against closed forms and torch-fidelity."""

import numpy as np
import pytest
import torch
from torch_fidelity.metric_isc import isc_features_to_metric

from benchmark.metrics.inception_score import RunningInceptionScore, inception_score


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("splits", [1, 7, 10])
def test_equals_torch_fidelity(splits, shuffle):
    logits = np.random.default_rng(0).normal(size=(1000, 10)) * 3
    probabilities = torch.from_numpy(logits).softmax(dim=1).numpy()
    theirs = isc_features_to_metric(
        torch.from_numpy(logits), splits=splits, shuffle=shuffle, rng_seed=2020
    )
    mean, deviation = inception_score(probabilities, splits=splits, shuffle=shuffle)
    assert mean == pytest.approx(theirs["inception_score_mean"], rel=1e-12)
    assert deviation == pytest.approx(theirs["inception_score_std"], rel=1e-9, abs=1e-12)


def test_certain_and_even_scores_the_number_of_classes():
    assert inception_score(np.tile(np.eye(10), (50, 1)), splits=5) == pytest.approx((10, 0))


def test_classes_in_order_score_like_classes_in_any_order():
    sorted_by_class = np.repeat(np.eye(10), 50, axis=0)
    assert inception_score(sorted_by_class)[0] == pytest.approx(1)  # one class in each part
    assert inception_score(sorted_by_class, shuffle=True)[0] > 9


def test_equal_probabilities_score_one():
    assert inception_score(np.tile([0.2, 0.3, 0.5], (30, 1)), splits=3) == pytest.approx((1, 0))
    assert inception_score(np.tile([0.0, 1.0], (30, 1)), splits=3) == pytest.approx((1, 0))


def test_more_parts_than_samples_is_an_error():
    with pytest.raises(
        ValueError, match=r"expected at least as many samples as splits \(10\), got 3"
    ):
        inception_score(np.eye(3))


@pytest.mark.parametrize("as_tensor", [False, True])
def test_batches_score_as_the_whole(as_tensor):
    logits = np.random.default_rng(0).normal(size=(300, 5)) * 4
    probabilities = torch.from_numpy(logits).softmax(dim=1).numpy()
    probabilities[0] = [1, 0, 0, 0, 0]
    running = RunningInceptionScore()
    for part in np.array_split(probabilities, 7):
        running.update(torch.from_numpy(part) if as_tensor else part)
    expected, _ = inception_score(probabilities, splits=1)
    assert running.score == pytest.approx(expected, rel=1e-12) and running.count == 300
