"""Coverage and accuracy of classes on hand-made cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from benchmark.metrics.class_coverage import (
    class_accuracy,
    label_divergence,
    matched,
    modes_hit,
)

BALANCED = np.arange(10).repeat(20)
LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=50).map(np.array)


def test_a_generator_collapsed_onto_one_of_ten_classes():
    collapsed = np.full(37, 3)
    assert modes_hit(collapsed, classes=10) == 1
    assert label_divergence(BALANCED, collapsed, classes=10) == pytest.approx(math.log(10))


def test_half_of_the_classes_is_log_two():
    half = np.tile(np.arange(5), 7)
    assert modes_hit(half, classes=10) == 5
    assert label_divergence(BALANCED, half, classes=10) == pytest.approx(math.log(2))


def test_the_shares_count_and_not_the_numbers():
    assert modes_hit(BALANCED, classes=10) == 10
    assert label_divergence(BALANCED, np.tile(np.arange(10), 3), classes=10) == 0
    assert label_divergence([0, 0, 1], [1, 0, 0, 0, 0, 1], classes=2) == 0


def test_is_the_divergence_of_the_generated_from_the_real():
    """KL((1/4, 3/4) || (1/2, 1/2)), which the other way round is another number."""
    real, generated = [0, 1], [0, 1, 1, 1]
    expected = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert label_divergence(real, generated, classes=2) == pytest.approx(expected)
    expected = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    assert label_divergence(generated, real, classes=2) == pytest.approx(expected)


def test_a_class_that_the_data_lack():
    assert label_divergence([0, 0, 1], [0, 1, 2], classes=3) == math.inf
    assert label_divergence([0, 1, 2], [0, 0, 1], classes=3) < math.inf


def test_a_class_that_neither_has_adds_nothing():
    assert label_divergence([0, 1], [0, 1], classes=5) == 0


@given(real=LABELS, generated=LABELS, order=st.permutations(range(5)))
def test_equals_scipy_whatever_the_names_of_the_classes(real, generated, order):
    p, q = (np.bincount(x, minlength=5) / len(x) for x in (generated, real))
    ours = label_divergence(real, generated, classes=5)
    assert ours >= 0
    assert ours == pytest.approx(entropy(p, q), rel=1e-9, abs=1e-12)
    names = np.array(order)
    renamed = label_divergence(names[real], names[generated], classes=5)
    assert renamed == pytest.approx(ours, rel=1e-9, abs=1e-12)
    assert modes_hit(names[generated], classes=5) == modes_hit(generated, classes=5)


def test_accuracy_of_conditional_samples():
    assert class_accuracy(BALANCED, BALANCED) == 1
    assert class_accuracy([0, 1, 2, 3], [0, 1, 2, 0]) == 0.75
    assert class_accuracy(BALANCED, np.zeros_like(BALANCED)) == pytest.approx(0.1)  # as by chance


@pytest.mark.parametrize("labels", [[-1, 0], [0, 3]])
def test_a_label_that_is_no_class_is_an_error(labels):
    with pytest.raises(ValueError, match=r"label (-1|3) is none of 3 classes"):
        modes_hit(labels, classes=3)
    with pytest.raises(ValueError, match=r"label (-1|3) is none of 3 classes"):
        label_divergence([0], labels, classes=3)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match=r"labels of shape \(0,\) have no histogram"):
        modes_hit([], classes=3)
    with pytest.raises(ValueError, match=r"labels of shape \(2, 2\) have no histogram"):
        modes_hit(np.zeros((2, 2), dtype=int), classes=3)
    with pytest.raises(ValueError, match="labels are integers, not float64"):
        modes_hit([0.5], classes=3)
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(2,\) do not compare"):
        class_accuracy([0, 1, 2], [0, 1])
    with pytest.raises(ValueError, match="do not compare"):
        class_accuracy([], [])


@given(LABELS, st.permutations(range(5)))
def test_codes_are_called_by_the_classes_that_they_stand_for(labels, names):
    codes = np.argsort(names)[labels]  # a permutation of the classes, unknown to who matches
    assert class_accuracy(matched(codes, labels, classes=5), labels) == 1


def test_two_codes_cannot_have_one_name():
    codes, predicted = np.array([0, 0, 0, 1, 1]), np.array([2, 2, 2, 2, 2])
    wanted = matched(codes, predicted, classes=3)
    assert (wanted == predicted).tolist() == [True, True, True, False, False]
