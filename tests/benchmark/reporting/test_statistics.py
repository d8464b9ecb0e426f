"""Intervals and ranks on cases that can be worked out by hand."""

import itertools

import numpy as np
import pytest
from scipy import stats

from benchmark.reporting.statistics import (
    adjust_holm,
    bootstrap_interval,
    difference,
    interquartile_mean,
    normalise_scores,
    performance_profile,
    permutation_p,
    pool_groups,
    probability_of_improvement,
    rank_ranges,
    ranks_of_resamples,
    resampled_interquartile_means,
)


def test_the_interval_is_that_of_all_resamples():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    means = [np.mean(chosen) for chosen in itertools.product(values, repeat=5)]
    assert bootstrap_interval(values) == pytest.approx(
        tuple(np.percentile(means, [2.5, 97.5])), abs=0.2
    )


def test_with_three_values_it_reaches_from_the_lowest_to_the_highest():
    """All three draws are the lowest one time in 27, which is more than 2.5 %."""
    assert bootstrap_interval([2.0, 10.0, 1.0]) == (1.0, 10.0)


def test_values_that_agree_have_an_interval_of_no_width():
    assert bootstrap_interval([3.0, 3.0, 3.0]) == (3.0, 3.0)


def test_one_value_has_none():
    assert np.isnan(bootstrap_interval([3.0])).all()


def test_the_interval_covers_the_mean_of_a_normal_about_as_often_as_it_says():
    generator = np.random.default_rng(0)
    covered = [
        low <= 0 <= high for low, high in map(bootstrap_interval, generator.normal(size=(60, 40)))
    ]
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


@pytest.mark.parametrize(
    ("values", "wanted"),
    [([9.0, 1.0, 2.0], 4.0), ([1.0, 2.0, 3.0, 50.0], 2.5), ([8.0, 4.0, 100.0, 3.0, 6.0], 6.0)],
)
def test_the_interquartile_mean_leaves_out_whole_quarters(values, wanted):
    assert interquartile_mean(values) == wanted


def test_the_interval_of_a_difference_is_that_of_all_resamples():
    first, second = [1.0, 2.0, 4.0], [10.0, 30.0, 20.0]
    means = [[np.mean(own) for own in itertools.product(v, repeat=3)] for v in (first, second)]
    every = [a - b for a, b in itertools.product(*means)]
    normalise_scores, low, high = difference(first, second)
    assert normalise_scores == pytest.approx(7 / 3 - 20)
    assert (low, high) == pytest.approx(tuple(np.percentile(every, [2.5, 97.5])), abs=0.4)
    assert difference(second, first) == pytest.approx((-normalise_scores, -high, -low), abs=0.4)


def test_of_a_single_seed_a_difference_has_no_interval():
    normalise_scores, *ends = difference([3.0], [1.0, 2.0])
    assert normalise_scores == 1.5 and np.isnan(ends).all()


def test_an_improvement_is_counted_over_all_pairs_of_runs():
    generator = np.random.default_rng(0)
    first, second = generator.integers(0, 6, size=5), generator.integers(0, 6, size=4)
    wins = np.mean([(a > b) + (a == b) / 2 for a, b in itertools.product(first, second)])
    result = probability_of_improvement(first, second, higher_is_better=True)
    assert result == pytest.approx(wins)
    lower = probability_of_improvement(first, second, higher_is_better=False)
    assert lower == pytest.approx(1 - result)
    turned = probability_of_improvement(second, first, higher_is_better=True)
    assert turned == pytest.approx(1 - result)


def test_the_permutation_test_deals_scores_out_in_every_way():
    first, second = [1.0, 5.0, 6.0], [7.0, 9.0, 4.0, 12.0]
    scores, seen = np.array(first + second), np.mean(first) - np.mean(second)
    apart = []
    for chosen in itertools.combinations(range(7), 3):
        others = [place for place in range(7) if place not in chosen]
        apart.append(scores[list(chosen)].mean() - scores[others].mean())
    tails = np.mean(np.array(apart) <= seen + 1e-12), np.mean(np.array(apart) >= seen - 1e-12)
    assert permutation_p(first, second) == pytest.approx(2 * min(tails))
    assert permutation_p([1.0, 2.0, 3.0], [11.0, 12.0, 13.0]) == pytest.approx(2 / 20)
    assert permutation_p([1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]) == pytest.approx(
        2 / 252
    )
    assert permutation_p([1.0, 1.0], [1.0, 1.0]) == 1


def test_the_permutation_test_holds_its_level():
    generator = np.random.default_rng(0)
    result = [permutation_p(*generator.normal(size=(2, 4))) for _ in range(200)]
    assert np.mean(np.array(result) <= 0.1) <= 0.15
    assert stats.kstest(result, "uniform").statistic < 0.2


def closed(p_values):
    """Holm by its definition: the largest Bonferroni p of all sets of tests that hold this one."""
    tests = range(len(p_values))
    sets = [s for count in tests for s in itertools.combinations(tests, count + 1)]
    return [
        max(min(1, len(s) * min(p_values[other] for other in s)) for s in sets if test in s)
        for test in tests
    ]


def test_holm_is_the_closed_procedure_of_bonferroni():
    generator = np.random.default_rng(0)
    for _ in range(20):
        p_values = generator.uniform(0, 0.5, size=5).round(2).tolist()
        assert adjust_holm(p_values) == pytest.approx(closed(p_values))
    assert adjust_holm([]) == []


def test_a_profile_is_the_share_of_runs_that_are_as_good():
    values = [1.0, 2.0, 2.0, float("nan")]
    assert performance_profile(values, [2.0, 0.5, 9.0], higher_is_better=False) == [0.75, 0, 0.75]
    assert performance_profile(values, [2.0, 0.5, 9.0], higher_is_better=True) == [0.5, 0.75, 0]


@pytest.mark.parametrize(("noise", "real"), [(20.0, 0.0), (0.1, 0.9)])
def test_noise_and_real_data_are_the_ends_of_the_scale(noise, real):
    middle, beyond = (noise + real) / 2, real + (real - noise) / 2
    worse = noise - (real - noise)
    result = normalise_scores(
        [noise, middle, real, beyond, worse, np.nan, np.inf], noise=noise, real=real
    )
    assert result == pytest.approx([0, 0.5, 1, 1.5, 0, 0, 0])


def test_each_data_set_has_equal_weight_however_many_seeds_it_has():
    two, many = np.array([1.0, 4.0]), np.array([0.0, 0.0, 3.0])
    assert pool_groups([two, many]).mean() == pytest.approx((two.mean() + many.mean()) / 2)
    assert np.bincount(pool_groups([two, many]).astype(int)).tolist() == [4, 3, 0, 2, 3]


def test_resamples_are_drawn_within_each_data_set():
    groups = [[0.0, 1.0, 5.0], [2.0, 3.0]]
    of_all = [
        stats.trim_mean([*np.repeat(one, 2), *np.repeat(other, 3)], 0.25)
        for one in itertools.product(groups[0], repeat=3)
        for other in itertools.product(groups[1], repeat=2)
    ]
    result = resampled_interquartile_means(groups)
    assert result.mean() == pytest.approx(np.mean(of_all), abs=0.02)
    assert np.percentile(result, [5, 50, 95]) == pytest.approx(
        np.percentile(of_all, [5, 50, 95]), abs=0.1
    )


def test_ranks_are_those_of_nearly_all_resamples():
    generator = np.random.default_rng(0)
    steady, wild = np.full(1000, 2.0), generator.choice([1.0, 3.0], size=1000)
    last = np.zeros(1000)
    result = ranks_of_resamples(
        {"wild": wild, "last": last, "steady": steady}, higher_is_better=True
    )
    assert result == {"wild": (1, 2), "last": (3, 3), "steady": (1, 2)}
