"""Intervals and ranks on cases that can be worked out by hand."""

import itertools

import numpy as np
import pytest

from benchmark.statistics import interval, rank_ranges


def test_the_interval_is_that_of_all_resamples():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    means = [np.mean(chosen) for chosen in itertools.product(values, repeat=5)]
    assert interval(values) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])), abs=0.2)


def test_with_three_values_it_reaches_from_the_lowest_to_the_highest():
    """All three draws are the lowest one time in 27, which is more than 2.5 %."""
    assert interval([2.0, 10.0, 1.0]) == (1.0, 10.0)


def test_values_that_agree_have_an_interval_of_no_width():
    assert interval([3.0, 3.0, 3.0]) == (3.0, 3.0)


def test_one_value_has_none():
    assert np.isnan(interval([3.0])).all()


def test_the_interval_covers_the_mean_of_a_normal_about_as_often_as_it_says():
    generator = np.random.default_rng(0)
    covered = [low <= 0 <= high for low, high in map(interval, generator.normal(size=(60, 40)))]
    assert 0.8 < np.mean(covered) <= 1


def test_ranks_of_what_is_far_apart_are_certain():
    scores = {"c": [9.0, 9.5, 9.9], "a": [1.0, 1.1, 1.2], "b": [5.0, 5.1, 5.2]}
    assert rank_ranges(scores, higher_is_better=False) == {"c": (3, 3), "a": (1, 1), "b": (2, 2)}
    assert rank_ranges(scores, higher_is_better=True) == {"c": (1, 1), "a": (3, 3), "b": (2, 2)}


def test_ranks_of_what_overlaps_overlap():
    scores = {"a": [1.0, 2.0, 3.0], "b": [1.1, 2.1, 2.9], "c": [50.0, 60.0, 70.0]}
    ranks = rank_ranges(scores, higher_is_better=False)
    assert ranks["a"] == ranks["b"] == (1, 2)
    assert ranks["c"] == (3, 3)


def test_equal_scores_share_the_better_rank():
    ranks = rank_ranges({"a": [1.0], "b": [1.0], "c": [2.0]}, higher_is_better=False)
    assert ranks == {"a": (1, 1), "b": (1, 1), "c": (3, 3)}


def test_a_missing_score_is_the_worst():
    nan = float("nan")
    scores = {"a": [1.0, 1.0], "b": [nan, nan]}
    assert rank_ranges(scores, higher_is_better=True) == {"a": (1, 1), "b": (2, 2)}
    assert rank_ranges(scores, higher_is_better=False) == {"a": (1, 1), "b": (2, 2)}
