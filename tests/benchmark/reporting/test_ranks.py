"""Ranges of ranks, and the order of rows with diverged seeds."""

import numpy as np
import pytest

from benchmark.reporting.ranks import compute_ranks, order_rows, rank_estimates
from benchmark.reporting.statistics import estimate_mean

NAN = float("nan")


def test_ranks_of_what_is_far_apart_are_certain():
    scores = {"c": [9.0, 9.5, 9.9], "a": [1.0, 1.1, 1.2], "b": [5.0, 5.1, 5.2]}
    assert compute_ranks(scores, higher_is_better=False) == {"c": (3, 3), "a": (1, 1), "b": (2, 2)}
    assert compute_ranks(scores, higher_is_better=True) == {"c": (1, 1), "a": (3, 3), "b": (2, 2)}


def test_ranks_of_ties_overlap():
    scores = {"a": [1.0, 2.0, 3.0], "b": [1.1, 2.1, 2.9], "c": [50.0, 51.0, 52.0]}
    ranks = compute_ranks(scores, higher_is_better=False)
    assert ranks == {"a": (1, 2), "b": (1, 2), "c": (3, 3)}


def test_one_seed_ranks_nothing():
    ranks = compute_ranks({"a": [1.0], "b": [2.0], "c": [3.0]}, higher_is_better=False)
    assert set(ranks.values()) == {(1, 3)}
    assert compute_ranks({"a": [1.0]}, higher_is_better=False) == {"a": (1, 1)}


@pytest.mark.parametrize("higher", [False, True])
def test_a_row_with_diverged_seeds_ranks_last_of_its_ties(higher):
    sign = -1 if higher else 1
    scores = {
        "good": [1.0, 1.1, 1.2],
        "lost": [3.0, NAN, 3.2],
        "even": [3.0, 3.1, 3.3],
        "wild": [2.0, 3.0, 4.0],
        "last": [90.0, 91.0, 92.0],
    }
    scores = {name: [sign * value for value in values] for name, values in scores.items()}
    ranks = compute_ranks(scores, higher_is_better=higher)
    assert ranks["good"] == (1, 2), "it ties with the wild row"
    assert ranks["even"] == (2, 3) and ranks["lost"] == (4, 4) and ranks["last"] == (5, 5)
    keys = order_rows(scores, higher_is_better=higher)
    assert sorted(keys, key=keys.__getitem__) == ["good", "wild", "even", "lost", "last"]


def test_a_single_finished_seed_is_last_of_all_complete_rows():
    scores = {"lost": [0.0, NAN, NAN], "a": [1.0, 1.1, 1.2], "b": [5.0, 5.1, 5.2]}
    ranks = compute_ranks(scores, higher_is_better=False)
    assert ranks == {"lost": (3, 3), "a": (1, 1), "b": (2, 2)}
    keys = order_rows(scores, higher_is_better=False)
    assert sorted(keys, key=keys.__getitem__) == ["a", "b", "lost"]


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("name", ["normal", "residuals"])
@pytest.mark.parametrize("step", [0.0, 0.3])
def test_ranges_contain_the_true_ranks(draw, name, seeds, step):
    """Of ten equal rows, and of ten rows whose means rise."""
    rows, repeats = 10, 60
    means = 1 + step * np.arange(rows)
    covered = []
    for _ in range(repeats):
        scores = means[:, None] * draw(name, rows, seeds)
        estimates = {str(place): estimate_mean(values) for place, values in enumerate(scores)}
        ranks = rank_estimates(estimates, higher_is_better=False)
        for place, mean in enumerate(means):
            best, worst = ranks[str(place)]
            first, last = 1 + (means < mean).sum(), (means <= mean).sum()
            covered.append(best <= first and worst >= last)
    assert np.mean(covered) >= 0.93
