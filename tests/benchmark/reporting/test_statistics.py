"""Intervals and tests: closed forms, references and simulations."""

import itertools

import numpy as np
import pytest
from scipy import stats

from benchmark.reporting.statistics import (
    Estimate,
    adjust_holm,
    combine_p_values,
    compare_estimates,
    compute_detectable,
    compute_interval,
    estimate_interquartile_mean,
    estimate_mean,
    interquartile_mean,
    normalise_scores,
    performance_profile,
    permutation_p,
    pool_groups,
    probability_of_improvement,
)

SIMULATIONS = 20_000
COVERAGE = 0.93


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("name", ["normal", "residuals"])
def test_the_interval_covers_the_mean(draw, name, seeds):
    low, high = compute_interval(estimate_mean(draw(name, SIMULATIONS, seeds)))
    coverage = np.mean((low <= 1) & (high >= 1))
    assert coverage >= COVERAGE
    if name == "normal":
        assert coverage == pytest.approx(0.95, abs=0.006)


def test_the_interval_is_that_of_student():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    expected = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert compute_interval(estimate_mean(values)) == pytest.approx(expected)
    both = compute_interval(estimate_mean([values, values[::-1]]))
    assert pytest.approx(np.array([expected, expected])) == np.array(both).T


def test_values_that_agree_have_an_interval_of_no_width():
    assert compute_interval(estimate_mean([3.0, 3.0, 3.0])) == (3.0, 3.0)


@pytest.mark.parametrize("values", [[], [3.0]])
def test_fewer_than_two_values_have_none(values):
    assert np.isnan(compute_interval(estimate_mean(values))).all()


def compare(first, second):
    return compare_estimates(estimate_mean(first), estimate_mean(second))


def test_a_comparison_is_the_test_of_welch():
    first, second = [1.0, 2.0, 4.0], [10.0, 30.0, 20.0, 25.0]
    result, expected = compare(first, second), stats.ttest_ind(first, second, equal_var=False)
    ends = expected.confidence_interval(0.95)
    assert result.difference == pytest.approx(7 / 3 - 21.25)
    assert result.p == pytest.approx(expected.pvalue)
    assert (result.low, result.high) == pytest.approx((ends.low, ends.high))
    turned = compare(second, first)
    assert turned[:4] == pytest.approx((-result.difference, -ends.high, -ends.low, result.p))


@pytest.mark.parametrize(("values", "p_value"), [([2.0, 2.0], 1), ([3.0, 3.0], 0)])
def test_rows_that_do_not_vary_are_equal_or_different(values, p_value):
    assert compare([2.0, 2.0, 2.0], values).p == p_value


def test_a_single_seed_has_a_difference_without_an_interval():
    difference, *others = compare([3.0], [1.0, 2.0])
    assert difference == 1.5 and np.isnan(others[:3]).all()


def test_a_fixed_value_is_compared_by_the_test_of_one_sample():
    values = [1.0, 2.0, 4.0]
    result = compare_estimates(estimate_mean(values), Estimate(1.5, 0.0, np.inf))
    assert result.p == pytest.approx(stats.ttest_1samp(values, 1.5).pvalue)


@pytest.mark.parametrize("level", [0.05, 0.005])
def test_the_test_shows_the_detectable_difference_four_times_in_five(level):
    generator = np.random.default_rng(0)
    first, second = generator.normal(size=(2, SIMULATIONS, 3))
    # of rows with equal variance and many runs, which Welch's t treats as Student's t
    known = compare_estimates(Estimate(0.0, 1 / 3, 1e6), Estimate(0.0, 1 / 3, 1e6))
    gap = compute_detectable(known, level=level)
    z_value = (first.mean(axis=1) + gap - second.mean(axis=1)) / known.error
    assert np.mean(z_value > stats.norm.isf(level / 2)) == pytest.approx(0.8, abs=0.01)
    estimated = compare_estimates(Estimate(0.0, 1 / 3, 2), Estimate(0.0, 1 / 3, 2))
    pooled = (first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / 2
    shifted = first.mean(axis=1) + compute_detectable(estimated, level=level) - second.mean(axis=1)
    t_value = shifted / np.sqrt(pooled * 2 / 3)
    assert np.mean(t_value > stats.t.isf(level / 2, 4)) == pytest.approx(0.8, abs=0.01)
    assert np.isnan(compute_detectable(compare([1.0], [2.0]), level=level))


def test_evidence_adds_up_and_cancels():
    assert combine_p_values([0.02]) == pytest.approx(0.02)
    assert combine_p_values([0.02, 0.02]) == pytest.approx(
        stats.norm.sf(np.sqrt(2) * stats.norm.isf(0.02))
    )
    assert combine_p_values([0.02, 0.98]) == pytest.approx(0.5)
    assert combine_p_values([0.0, 1.0]) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [([9.0, 1.0, 2.0], 4.0), ([1.0, 2.0, 3.0, 50.0], 2.5), ([8.0, 4.0, 100.0, 3.0, 6.0], 6.0)],
)
def test_the_interquartile_mean_leaves_out_whole_quarters(values, wanted):
    assert interquartile_mean(values) == wanted


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


def test_the_interquartile_mean_is_that_of_all_runs_with_the_error_of_their_mean():
    groups = [[0.0, 1.0, 5.0], [2.0, 3.0]]
    result = estimate_interquartile_mean(groups)
    assert result.value == interquartile_mean(pool_groups([np.array(group) for group in groups]))
    # of two groups with two seeds each no quarter is left out: the variance of the mean is exact
    even = estimate_interquartile_mean([[0.0, 2.0], [5.0, 9.0]])
    trimmed = [
        stats.trim_mean(pool_groups([np.array(one), np.array(other)]), 0.25)
        for one in itertools.product([1 - np.sqrt(2), 1 + np.sqrt(2)], repeat=2)
        for other in itertools.product([7 - 2 * np.sqrt(2), 7 + 2 * np.sqrt(2)], repeat=2)
    ]
    assert even.variance == pytest.approx(np.var(trimmed), rel=0.05)
    assert even.freedom == pytest.approx((1 + 4) ** 2 / (1 + 16))


def test_runs_that_agree_have_an_interquartile_mean_without_error():
    result = estimate_interquartile_mean([[1.0, 1.0], [0.0, 0.0, 0.0]])
    assert result.variance == 0 and compute_interval(result) == (0.5, 0.5)
