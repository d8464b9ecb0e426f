"""FID within each class: closed forms, and samples of the wrong class."""

import numpy as np
import pytest

from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.intra_fid import intra_fid

RNG = np.random.default_rng(0)
LABELS = np.arange(3).repeat(40)
REAL = RNG.normal(size=(120, 4)) + 10 * LABELS[:, None]


def test_shifts_of_classes_score_the_mean_of_their_squares():
    shifts = np.array([0.0, 1.0, 2.0])
    generated = REAL + shifts[LABELS][:, None]
    assert intra_fid(REAL, LABELS, generated, LABELS) == pytest.approx(4 * (0 + 1 + 4) / 3)


def test_one_class_scores_the_frechet_distance():
    generated = RNG.normal(size=(50, 4))
    one, other = np.zeros(120, int), np.zeros(50, int)
    expected = pytest.approx(frechet_distance(REAL, generated), rel=1e-12)
    assert intra_fid(REAL, one, generated, other) == expected


def test_detects_good_samples_of_the_wrong_class():
    swapped = (LABELS + 1) % 3
    assert intra_fid(REAL, LABELS, REAL, LABELS) == 0
    assert frechet_distance(REAL, REAL) == 0 and intra_fid(REAL, LABELS, REAL, swapped) > 100


def test_ignores_the_order_of_samples():
    order = RNG.permutation(120)
    generated = REAL + RNG.normal(size=REAL.shape)
    expected = intra_fid(REAL, LABELS, generated, LABELS)
    shuffled = intra_fid(REAL, LABELS, generated[order], LABELS[order])
    assert shuffled == pytest.approx(expected, rel=1e-10)


def test_bad_input_is_an_error():
    with pytest.raises(
        ValueError, match=r"expected labels of shape \(120,\), one a sample, got \(3,\)"
    ):
        intra_fid(REAL, LABELS[:3], REAL, LABELS)
    needed = "expected at least 5 {} samples of class {} for 4 features, got {}"
    with pytest.raises(ValueError, match=needed.format("generated", 2, 0)):
        intra_fid(REAL, LABELS, REAL[:80], LABELS[:80])
    with pytest.raises(ValueError, match=needed.format("generated", 2, 4)):
        intra_fid(REAL, LABELS, REAL[:84], LABELS[:84])
    assert intra_fid(REAL, LABELS, REAL[:85], LABELS[:85]) > 0
    with pytest.raises(ValueError, match=needed.format("real", 3, 1)):
        intra_fid(REAL, np.append(LABELS[:-1], 3), REAL, LABELS)


def test_bias_falls_with_the_number_of_generated_samples():
    """The real moments are those of the distribution, so that all that is left is bias."""
    random, d = np.random.default_rng(1), 8
    real = np.concatenate([np.eye(d), -np.eye(d)]) * np.sqrt((2 * d - 1) / 2)
    real, labels = np.tile(real, (2, 1)), np.repeat([0, 1], 2 * d)
    means = []
    for count in (9, 32, 512):
        requested = np.repeat([0, 1], count)
        draws = [random.normal(size=(2 * count, d)) for _ in range(20)]
        means.append(np.mean([intra_fid(real, labels, draw, requested) for draw in draws]))
    assert means[0] > 3 * means[1] > 30 * means[2] > 0
