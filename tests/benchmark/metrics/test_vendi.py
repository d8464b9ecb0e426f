"""Vendi score on closed forms: copies, orthogonal samples, two-dimensional angles."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy

from benchmark.metrics.vendi import vendi_score


@pytest.mark.parametrize(("n", "d"), [(1, 1), (5, 3), (3, 50)])
def test_copies_count_once(n, d):
    sample = np.random.default_rng(0).normal(size=d)
    assert vendi_score(np.tile(sample, (n, 1))) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("d", [4, 9])
def test_orthogonal_samples_all_count(d):
    assert vendi_score(3 * np.eye(d)[:4]) == pytest.approx(4, rel=1e-9)


def test_shares_of_orthogonal_samples_count_by_their_entropy():
    samples = np.repeat(np.eye(3), (5, 3, 2), axis=0)
    assert vendi_score(samples) == pytest.approx(math.exp(entropy([5, 3, 2])), rel=1e-9)


@pytest.mark.parametrize("angle", [0.1, 1.0, math.pi / 2, 2.5])
def test_two_samples_score_by_their_angle(angle):
    """The eigenvalues of [[1, c], [c, 1]] / 2 are (1 + c) / 2 and (1 - c) / 2."""
    samples = np.array([[1, 0], [math.cos(angle), math.sin(angle)]])
    shares = [(1 + math.cos(angle)) / 2, (1 - math.cos(angle)) / 2]
    expected = pytest.approx(math.exp(entropy(shares)), rel=1e-9)
    assert vendi_score(samples) == expected
    assert vendi_score(np.pad(samples, ((0, 0), (0, 3)))) == expected


def test_uniform_directions_fill_all_dimensions():
    samples = np.random.default_rng(0).normal(size=(20_000, 6))
    assert vendi_score(samples) == pytest.approx(6, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(1, 12), d=st.integers(1, 12))
def test_equals_the_definition_by_the_kernel(seed, n, d):
    """Also without the side of d features, for lengths that do not matter, in any order."""
    random = np.random.default_rng(seed)
    samples = random.normal(size=(n, d))
    unit = samples / np.linalg.norm(samples, axis=1, keepdims=True)
    eigenvalues = np.linalg.eigvalsh(unit @ unit.T / n).clip(0)
    expected = math.exp(entropy(eigenvalues))
    scaled = random.permutation(samples * random.uniform(0.1, 10, size=(n, 1)))
    assert vendi_score(scaled) == pytest.approx(expected, rel=1e-9)
    assert expected <= min(n, d) + 1e-9


def test_samples_without_direction_equal_each_other_only():
    samples = np.concatenate([np.eye(4), np.zeros((4, 4))])
    expected = pytest.approx(math.exp(entropy([1, 1, 1, 1, 4])), rel=1e-9)
    assert vendi_score(samples) == expected
    assert vendi_score(samples * 1e-200) == expected
    assert vendi_score(np.zeros((3, 2))) == pytest.approx(1)
    assert vendi_score(np.zeros((2, 3))) == pytest.approx(1)


def test_chunks_and_types_do_not_change_the_score(monkeypatch):
    samples = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    expected = pytest.approx(vendi_score(samples), rel=1e-12)
    for reshaped in (samples, samples[:30, :3]):
        whole = pytest.approx(vendi_score(reshaped), rel=1e-12)
        with monkeypatch.context() as patch:
            patch.setattr("benchmark.metrics.vendi.CHUNK", 3)
            assert vendi_score(reshaped) == whole
    assert vendi_score(torch.from_numpy(samples)) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_bad_input_is_an_error(value):
    samples = np.ones((4, 3))
    samples[2, 1] = value
    with pytest.raises(ValueError, match="features: expected finite numbers, got NaN or infinity"):
        vendi_score(samples)
    with pytest.raises(ValueError, match="expected at least 1 samples, got 0"):
        vendi_score(np.zeros((0, 3)))
