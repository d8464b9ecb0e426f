"""Statistics over training seeds: intervals, and comparisons of two rows."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 9999
LEVEL = 0.05  # of tests; intervals have a confidence of 95 %
POWER = 0.8
ROUNDING = 1e-15
LARGE = 1e5  # degrees of freedom at which Student's t equals the normal distribution


def mask_diverged(scores: "pd.DataFrame") -> "pd.DataFrame":
    """Replace the scores of diverged runs by NaN: no statistic counts them as scores of a method.

    Means and tests are then those of the finished runs, and normalised scores count a diverged run
    as noise.

    Args:
        scores: results/scores.csv, with the columns ``value`` and ``status``.
    """
    return scores.assign(value=scores["value"].where(scores["status"] != "diverged"))


class Estimate(NamedTuple):
    """A statistic over seeds with its uncertainty, or one of each for many rows.

    Attributes:
        value: the statistic.
        variance: its squared standard error; NaN if the seeds are too few to estimate it.
        freedom: degrees of freedom of the variance.
    """

    value: Any
    variance: Any
    freedom: Any


class Comparison(NamedTuple):
    """The difference of two estimates, ``(...)`` each.

    Attributes:
        difference: first minus second.
        low, high: its 95 % interval; NaN without a variance.
        p: of the two-sided test of equal values; NaN without a variance.
        error: standard error of the difference.
        freedom: degrees of freedom of the error.
    """

    difference: Any
    low: Any
    high: Any
    p: Any
    error: Any
    freedom: Any


def estimate_mean(values: ArrayLike) -> Estimate:
    """Estimate the mean over seeds.

    Args:
        values: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        Entries ``(...)``; without two seeds the variance is NaN, without any also the value.
    """
    scores = np.asarray(values, dtype=np.float64)
    count = scores.shape[-1]
    missing = np.full(scores.shape[:-1], np.nan)[()]
    if count < 2:
        return Estimate(scores.mean(axis=-1) if count else missing, missing, np.nan)
    return Estimate(scores.mean(axis=-1), scores.var(axis=-1, ddof=1) / count, count - 1)


def compute_interval(estimate: Estimate) -> tuple[Any, Any]:
    """Compute the 95 % interval of Student's t; NaN without a variance.

    The interval covers the mean of normal scores in 95 % of cases. In simulations with the
    residuals of trained rows it covers the mean in 96 %, with three seeds and with five. Where
    single seeds fail by large factors it covers the mean less often.
    """
    half = stats.t.isf(LEVEL / 2, estimate.freedom) * np.sqrt(estimate.variance)
    return estimate.value - half, estimate.value + half


def compare_estimates(first: Estimate, second: Estimate) -> Comparison:
    """Compare two independent estimates by Welch's t.

    Welch 1947, doi.org/10.1093/biomet/34.1-2.28, with the degrees of freedom of Satterthwaite.
    Without variance in either, p is 0 for different values and 1 for equal ones.
    """
    gap = np.asarray(first.value - second.value, dtype=np.float64)
    total = np.asarray(first.variance + second.variance, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = first.variance**2 / first.freedom + second.variance**2 / second.freedom
        freedom = np.where(total == 0, np.inf, total**2 / shares)
        error = np.sqrt(total)
        ratio = np.where(gap == 0, 0 * error, gap / error)
    p_value = 2 * stats.t.sf(np.abs(ratio), freedom)
    low, high = compute_interval(Estimate(gap, total, freedom))
    return Comparison(gap[()], low[()], high[()], p_value[()], error[()], freedom[()])


def compute_detectable(comparison: Comparison, *, level: float) -> float:
    """Compute the smallest difference that the test shows with a power of 80 %.

    The test statistic follows a noncentral t distribution: Cohen 1988, section 2.2. The standard
    error is that of the comparison.

    Args:
        comparison: of two rows.
        level: significance level of the two-sided test.

    Returns:
        A difference above 0, or 0 without variation between seeds; NaN without a standard error.
    """
    if math.isnan(comparison.error):
        return math.nan
    freedom = min(comparison.freedom, LARGE)
    limit = float(stats.t.isf(level / 2, freedom))

    def miss_power(shift: float) -> float:
        return float(stats.nct.sf(limit, freedom, shift)) - POWER

    end = 2 * limit
    while miss_power(end) < 0:
        end *= 2
    return float(brentq(miss_power, 0, end)) * float(comparison.error)


def combine_p_values(one_sided: ArrayLike) -> Any:
    """Combine the one-sided p-values of independent tests to a single one, with equal weights.

    Stouffer et al. 1949: the sum of the z-values, divided by the root of their number, is standard
    normal.

    Args:
        one_sided: p in favour of the same direction, ``(..., tests)``; 0 and 1 are moved by 1e-15,
            because their z-values are infinite.

    Returns:
        ``(...)``.
    """
    bounded = np.clip(one_sided, ROUNDING, 1 - ROUNDING)
    return stats.combine_pvalues(bounded, method="stouffer", axis=-1).pvalue


def interquartile_mean(values: Sequence[float]) -> float:
    """Compute the mean of the middle half: Agarwal et al. 2021, arXiv:2108.13264, section 4.3.

    A quarter of the values, rounded down, is left out at either end: none of three seeds, one of
    five.

    Args:
        values: one score a run.
    """
    return float(stats.trim_mean(values, 0.25))


def normalise_scores(values: ArrayLike, *, noise: float, real: float) -> np.ndarray:
    """Normalise scores to 0 for noise and 1 for real data, to compare data sets.

    Scores worse than noise and scores that are not finite, as after divergence, become 0.

    Args:
        values: scores by one metric.
        noise, real: scores of the two reference rows.
    """
    # noise and real data may have equal scores
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (np.asarray(values, dtype=np.float64) - noise) / np.float64(real - noise)
    return np.where(np.isfinite(share), share, 0).clip(min=0)


def pool_groups(groups: Sequence[np.ndarray]) -> np.ndarray:
    """Pool the scores of data sets, ``(..., seeds)`` each, with equal weight for each data set.

    Runs are repeated until all data sets have the same number of scores.
    """
    count = math.lcm(*(group.shape[-1] for group in groups))
    return np.concatenate(
        [np.repeat(group, count // group.shape[-1], axis=-1) for group in groups], axis=-1
    )


def estimate_interquartile_mean(groups: Sequence[ArrayLike]) -> Estimate:
    """Estimate the interquartile mean of the runs of several data sets.

    The variance is that of the stratified bootstrap of Agarwal et al. 2021, arXiv:2108.13264,
    section 4.1. Residuals are scaled by sqrt(n / (n - 1)), because the variance of n seeds around
    their mean is too small by that factor squared. The degrees of freedom are those of
    Satterthwaite for the mean of the data sets.

    Args:
        groups: one score a seed, for each data set; one seed alone adds no variance.
    """
    generator = np.random.default_rng(0)
    scores = [np.asarray(group, dtype=np.float64) for group in groups]
    resampled = []
    for group in scores:
        count = len(group)
        scale = math.sqrt(count / (count - 1)) if count > 1 else 0.0
        scaled = group.mean() + scale * (group - group.mean())
        resampled.append(generator.choice(scaled, size=(RESAMPLES, count)))
    variance = stats.trim_mean(pool_groups(resampled), 0.25, axis=-1).var()
    parts = [(group.var(ddof=1) / len(group), len(group) - 1) for group in scores if len(group) > 1]
    squares = sum(part**2 / freedom for part, freedom in parts)
    freedom = sum(part for part, _ in parts) ** 2 / squares if squares else math.inf
    return Estimate(interquartile_mean(pool_groups(scores).tolist()), float(variance), freedom)


def compute_mean_difference(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
    """Compute the mean of the first minus that of the second along an axis."""
    return first.mean(axis=axis) - second.mean(axis=axis)


def probability_of_improvement(
    first: ArrayLike, second: ArrayLike, *, higher_is_better: bool
) -> Any:
    """Compute the probability that a run of the first beats one of the second; ties count half.

    This is U of Mann and Whitney divided by the number of pairs: Agarwal et al. 2021,
    arXiv:2108.13264, section 4.3.

    Args:
        first, second: one score a run, or a row of them for each of many, ``(..., runs)``.
        higher_is_better: direction of the scores.
    """
    left, right = np.asarray(first), np.asarray(second)
    u_statistic = stats.mannwhitneyu(left, right, axis=-1).statistic
    higher = u_statistic / (left.shape[-1] * right.shape[-1])
    return higher if higher_is_better else 1 - higher


def permutation_p(first: ArrayLike, second: ArrayLike) -> Any:
    """Compute p of the exact two-sided permutation test of equal means.

    p is twice the share of all permutations with at least the observed difference in the same
    direction. Three against three have 20 permutations, so p is at least 0.1; five against five
    have 252.

    Args:
        first, second: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        ``(...)``; 1 where all scores are the same, or where one seed cannot show a difference.
    """
    left, right = (np.asarray(scores, dtype=np.float64) for scores in (first, second))
    if min(left.shape[-1], right.shape[-1]) < 2:
        return np.ones(left.shape[:-1])[()]
    p_value = stats.permutation_test(
        (left, right), compute_mean_difference, n_resamples=math.inf, vectorized=True, axis=-1
    ).pvalue
    is_constant = np.ptp(np.concatenate([left, right], axis=-1), axis=-1) == 0
    return np.where(is_constant, 1.0, p_value)[()]


def adjust_holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values of several tests by the method of Holm, to control the family-wise error.

    Holm 1979, www.jstor.org/stable/4615733: the k-th smallest of m is multiplied by m - k + 1, and
    adjusted values do not decrease.
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(order), 0, -1)
    raised = np.maximum.accumulate(np.asarray(p_values, dtype=np.float64)[order] * factors)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(raised, 1)
    return adjusted.tolist()


def performance_profile(
    values: Sequence[float], thresholds: Sequence[float], *, higher_is_better: bool
) -> list[float]:
    """Compute the share of runs that are at least as good as each threshold.

    Agarwal et al. 2021, arXiv:2108.13264, section 4.2, after Dolan and More 2002.

    Args:
        values: one score a run; NaN reaches no threshold.
        thresholds: in any order.
        higher_is_better: direction of the scores.
    """
    runs, limits = np.asarray(values, dtype=np.float64)[:, None], np.asarray(thresholds)
    good = runs >= limits if higher_is_better else runs <= limits
    return good.mean(axis=0).tolist()
