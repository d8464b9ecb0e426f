"""Statistics over training seeds: intervals, ranges of ranks and comparisons of two rows."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 9999
BATCH = 500  # resamples of many rows at a time
CONFIDENCE = 0.95
TAIL = 100 * (1 - CONFIDENCE) / 2  # per cent outside the interval at either end


def mask_diverged(scores: "pd.DataFrame") -> "pd.DataFrame":
    """Replace the scores of diverged runs by NaN: no statistic counts them as scores of a method.

    Means are then those of the finished runs, ranks count a diverged run as worse than any other,
    and normalised scores count it as noise.

    Args:
        scores: results/scores.csv, with the columns ``value`` and ``status``.
    """
    return scores.assign(value=scores["value"].where(scores["status"] != "diverged"))


def bootstrap_interval(values: ArrayLike) -> tuple[Any, Any]:
    """Compute the percentile-bootstrap interval of the mean over seeds, at 95 %.

    The bootstrap resamples the n observed values only, so with three seeds the interval reaches
    from the lowest to the highest value: it shows their spread and does not bound a fourth seed.

    Args:
        values: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        Lower and upper end, each ``(...)``; NaN where there are fewer than two seeds.
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.shape[-1] < 2:
        missing = np.full(scores.shape[:-1], np.nan)[()]
        return missing, missing
    ends = stats.bootstrap(
        (scores,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        batch=BATCH,
        axis=-1,
        rng=np.random.default_rng(0),
    ).confidence_interval
    return ends.low, ends.high


def rank_ranges(
    scores: Mapping[str, Sequence[float]], *, higher_is_better: bool
) -> dict[str, tuple[int, int]]:
    """Compute the ranks of each variant in 95 % of bootstrap resamples of all seeds.

    Args:
        scores: variant -> one score a seed; NaN counts as worst.
        higher_is_better: whether rank 1 is the highest mean.

    Returns:
        Variant -> (best, worst) rank; variants whose ranges overlap are not distinguished.
    """
    generator = np.random.default_rng(0)
    worst = -np.inf if higher_is_better else np.inf
    means = {}
    for name, values in scores.items():
        filled = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=worst)
        means[name] = generator.choice(filled, size=(RESAMPLES, len(filled))).mean(axis=1)
    return ranks_of_resamples(means, higher_is_better=higher_is_better)


def ranks_of_resamples(
    resampled: Mapping[str, np.ndarray], *, higher_is_better: bool
) -> dict[str, tuple[int, int]]:
    """Compute `rank_ranges` from one statistic a resample of each variant, ``(resamples,)``."""
    ordered = np.array(list(resampled.values())) * (-1 if higher_is_better else 1)
    ranks = stats.rankdata(ordered, method="min", axis=0)
    low = np.percentile(ranks, TAIL, axis=1, method="closest_observation")
    high = np.percentile(ranks, 100 - TAIL, axis=1, method="closest_observation")
    return {
        name: (int(best), int(last)) for name, best, last in zip(resampled, low, high, strict=True)
    }


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


def resampled_interquartile_means(groups: Sequence[ArrayLike]) -> np.ndarray:
    """Compute interquartile means of resamples within each data set, ``(resamples,)``.

    This is the stratified bootstrap of Agarwal et al. 2021, arXiv:2108.13264, section 4.1.

    Args:
        groups: one score a seed, for each data set.
    """
    generator = np.random.default_rng(0)
    resampled = [
        generator.choice(np.asarray(scores, dtype=np.float64), size=(RESAMPLES, len(scores)))  # type: ignore[arg-type]
        for scores in groups
    ]
    return stats.trim_mean(pool_groups(resampled), 0.25, axis=-1)


def difference(first: ArrayLike, second: ArrayLike) -> tuple[Any, Any, Any]:
    """Compute the difference of two means and its percentile-bootstrap interval, at 95 %.

    The seeds of the two are resampled independently.

    Args:
        first, second: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        First minus second, the lower and the upper end, each ``(...)``; the ends are NaN where
        either has one seed only.
    """
    left, right = (np.asarray(scores, dtype=np.float64) for scores in (first, second))
    gap = left.mean(axis=-1) - right.mean(axis=-1)
    if min(left.shape[-1], right.shape[-1]) < 2:
        missing = np.full(gap.shape, np.nan)[()]
        return gap, missing, missing
    ends = stats.bootstrap(
        (left, right),
        compute_mean_difference,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        axis=-1,
        rng=np.random.default_rng(0),
    ).confidence_interval
    return gap, ends.low, ends.high


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
