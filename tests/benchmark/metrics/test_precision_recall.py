"""Precision and recall against worked examples, torch-fidelity and prdc."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from prdc import compute_prdc
from torch_fidelity.metric_prc import prc_features_to_metric

from benchmark.metrics import distance_tiles
from benchmark.metrics.precision_recall import precision_recall


def sets(seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(300, 8)), generator.normal(size=(200, 8)) * 0.7 + 0.5


@pytest.mark.parametrize("k", [1, 3, 5])
def test_equals_torch_fidelity_and_prdc(k):
    real, generated = sets()
    precision, recall = precision_recall(real, generated, k=k)
    theirs = prc_features_to_metric(  # torch-fidelity takes the generated first
        torch.from_numpy(generated),
        torch.from_numpy(real),
        prc_neighborhood=k,
        prc_batch_size=100,
        save_cpu_ram=False,
        verbose=False,
    )
    assert precision == pytest.approx(theirs["precision"], abs=1e-6)  # its mean is in float32
    assert recall == pytest.approx(theirs["recall"], abs=1e-6)  # its mean is in float32
    # prdc takes < where Kynkaanniemi takes <=; on continuous data there is no difference
    other = compute_prdc(real, generated, nearest_k=k)
    assert (precision, recall) == pytest.approx((other["precision"], other["recall"]))


def test_order_of_real_and_generated():
    """Generated samples in one of two real modes: precision 1, recall a half."""
    generator = np.random.default_rng(0)
    modes = generator.normal(size=(2, 100, 2)) * 0.1 + np.array([[[0, 0]], [[10, 10]]])
    real, generated = modes.reshape(200, 2), modes[0] + 1e-6
    assert precision_recall(real, generated) == pytest.approx((1.0, 0.5))
    assert precision_recall(generated, real) == pytest.approx((0.5, 1.0))


def test_the_boundary_belongs_to_the_ball():
    real = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert precision_recall(real, np.array([[4.0], [4.0], [9.0], [9.0]]), k=1)[0] == 0.5


def test_identical_sets_score_one_and_distant_sets_zero():
    real, _ = sets()
    assert precision_recall(real, real) == (1, 1)
    assert precision_recall(real, real + 1000) == (0, 0)


def test_the_size_of_a_chunk_changes_nothing(monkeypatch):
    real, generated = sets()
    expected = precision_recall(real, generated)
    monkeypatch.setattr(distance_tiles, "TILE", 17)
    assert precision_recall(real, generated) == expected


def test_too_few_samples_is_an_error():
    with pytest.raises(ValueError, match="expected at least 4 samples for k = 3 neighbours, got 3"):
        precision_recall(np.eye(5), np.eye(5)[:3])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_swaps_with_its_arguments_and_ignores_rotations(seed, d):
    generator = np.random.default_rng(seed)
    real, generated = generator.normal(size=(40, d)), generator.normal(size=(30, d)) + 0.5
    precision, recall = precision_recall(real, generated)
    assert precision_recall(generated, real) == (recall, precision)
    turned = np.linalg.qr(generator.normal(size=(d, d)))[0]
    assert precision_recall(real @ turned, generated @ turned) == (precision, recall)
    assert precision_recall(real, real) == (1, 1)
    order = generator.permutation(40)
    assert precision_recall(real[order], generated) == (precision, recall)
