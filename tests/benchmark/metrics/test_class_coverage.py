"""Coverage and accuracy of classes on worked examples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from benchmark.metrics.class_coverage import (
    class_accuracy,
    classes_covered,
    label_divergence,
    match_codes_to_classes,
)

BALANCED = np.arange(10).repeat(20)
LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=50).map(np.array)


def test_collapse_onto_one_of_ten_classes():
    collapsed = np.full(37, 3)
    assert classes_covered(collapsed, classes=10) == 1
    assert label_divergence(BALANCED, collapsed, classes=10) == pytest.approx(math.log(10))


def test_half_of_the_classes_is_log_two():
    half = np.tile(np.arange(5), 7)
    assert classes_covered(half, classes=10) == 5
    assert label_divergence(BALANCED, half, classes=10) == pytest.approx(math.log(2))


def test_shares_count_rather_than_numbers():
    assert classes_covered(BALANCED, classes=10) == 10
    assert label_divergence(BALANCED, np.tile(np.arange(10), 3), classes=10) == 0
    assert label_divergence([0, 0, 1], [1, 0, 0, 0, 0, 1], classes=2) == 0


def test_direction_of_the_divergence():
    """KL((1/4, 3/4) || (1/2, 1/2)), which differs from the reverse."""
    real, generated = [0, 1], [0, 1, 1, 1]
    expected = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert label_divergence(real, generated, classes=2) == pytest.approx(expected)
    expected = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    assert label_divergence(generated, real, classes=2) == pytest.approx(expected)


def test_class_missing_in_the_data_is_infinite():
    assert label_divergence([0, 0, 1], [0, 1, 2], classes=3) == math.inf
    assert label_divergence([0, 1, 2], [0, 0, 1], classes=3) < math.inf


def test_class_missing_in_both_adds_nothing():
    assert label_divergence([0, 1], [0, 1], classes=5) == 0


@given(real=LABELS, generated=LABELS, order=st.permutations(range(5)))
def test_equals_scipy_under_any_order_of_classes(real, generated, order):
    p, q = (np.bincount(x, minlength=5) / len(x) for x in (generated, real))
    ours = label_divergence(real, generated, classes=5)
    assert ours >= 0
    assert ours == pytest.approx(entropy(p, q), rel=1e-9, abs=1e-12)
    names = np.array(order)
    renamed = label_divergence(names[real], names[generated], classes=5)
    assert renamed == pytest.approx(ours, rel=1e-9, abs=1e-12)
    assert classes_covered(names[generated], classes=5) == classes_covered(generated, classes=5)


def test_accuracy_of_conditional_samples():
    assert class_accuracy(BALANCED, BALANCED) == 1
    assert class_accuracy([0, 1, 2, 3], [0, 1, 2, 0]) == 0.75
    assert class_accuracy(BALANCED, np.zeros_like(BALANCED)) == pytest.approx(0.1)  # chance


@pytest.mark.parametrize("labels", [[-1, 0], [0, 3]])
def test_label_out_of_range_is_an_error(labels):
    with pytest.raises(ValueError, match=r"expected labels 0 to 2, got (-1|3)"):
        classes_covered(labels, classes=3)
    with pytest.raises(ValueError, match=r"expected labels 0 to 2, got (-1|3)"):
        label_divergence([0], labels, classes=3)


def test_bad_input_is_an_error():
    with pytest.raises(
        ValueError, match=r"expected at least 1 label of shape \(n,\), got shape \(0,\)"
    ):
        classes_covered([], classes=3)
    with pytest.raises(
        ValueError, match=r"expected at least 1 label of shape \(n,\), got shape \(2, 2\)"
    ):
        classes_covered(np.zeros((2, 2), dtype=int), classes=3)
    with pytest.raises(ValueError, match="expected integer labels, got float64"):
        classes_covered([0.5], classes=3)
    with pytest.raises(
        ValueError, match=r"expected labels of one shape \(n,\), got \(3,\) and \(2,\)"
    ):
        class_accuracy([0, 1, 2], [0, 1])
    with pytest.raises(ValueError, match="expected labels of one shape"):
        class_accuracy([], [])


@given(LABELS, st.permutations(range(5)))
def test_codes_are_matched_to_their_classes(labels, names):
    codes = np.argsort(names)[labels]  # a permutation of the classes
    assert class_accuracy(match_codes_to_classes(codes, labels, classes=5), labels) == 1


def test_two_codes_cannot_match_one_class():
    codes, predicted = np.array([0, 0, 0, 1, 1]), np.array([2, 2, 2, 2, 2])
    matched = match_codes_to_classes(codes, predicted, classes=3)
    assert (matched == predicted).tolist() == [True, True, True, False, False]
