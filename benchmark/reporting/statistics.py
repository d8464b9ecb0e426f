"""What a handful of training seeds can tell: intervals, ranges of ranks, and comparisons of two."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

RESAMPLES = 9999
BATCH = 500  # resamples of many rows at a time
CONFIDENCE = 0.95
TAIL = 100 * (1 - CONFIDENCE) / 2  # per cent that are left out at either end


def interval(values: ArrayLike) -> tuple[Any, Any]:
    """Percentile-bootstrap interval of the mean over seeds, at 95 %.

    With n seeds the bootstrap can only mix the n values it has, so with three it reaches from the
    lowest to the highest: a picture of the spread, not a promise about a fourth seed.

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
    """The ranks that each contender takes in 95 % of bootstrap resamples of everybody's seeds.

    Args:
        scores: contender -> one score a seed; NaN counts as worst.
        higher_is_better: whether rank 1 is the highest mean.

    Returns:
        Contender -> (best, worst) rank; ranges that overlap are ties that these seeds cannot break.
    """
    generator = np.random.default_rng(0)
    worst = -np.inf if higher_is_better else np.inf
    means = {}
    for name, values in scores.items():
        known = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=worst)
        means[name] = generator.choice(known, size=(RESAMPLES, len(known))).mean(axis=1)
    return ranks_of_resamples(means, higher_is_better=higher_is_better)


def ranks_of_resamples(
    resampled: Mapping[str, np.ndarray], *, higher_is_better: bool
) -> dict[str, tuple[int, int]]:
    """As `rank_ranges`, of what each contender is ranked by, once a resample, ``(resamples,)``."""
    ordered = np.array(list(resampled.values())) * (-1 if higher_is_better else 1)
    ranks = stats.rankdata(ordered, method="min", axis=0)
    low = np.percentile(ranks, TAIL, axis=1, method="closest_observation")
    high = np.percentile(ranks, 100 - TAIL, axis=1, method="closest_observation")
    return {
        name: (int(best), int(last)) for name, best, last in zip(resampled, low, high, strict=True)
    }


def interquartile_mean(values: Sequence[float]) -> float:
    """The mean of the middle half: Agarwal et al. 2021, arXiv:2108.13264, section 4.3.

    Whole values are left out at either end, as many as a quarter holds: none of three seeds, one of
    five.

    Args:
        values: one score a run.
    """
    return float(stats.trim_mean(values, 0.25))


def between(values: ArrayLike, *, noise: float, real: float) -> np.ndarray:
    """Scores by a scale on which noise has 0 and real data have 1, so that data sets compare.

    What is worse than noise, or not finite, as after divergence, has 0 as well.

    Args:
        values: scores by one metric.
        noise, real: what the two reference rows have by it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # where noise is as good as real data
        share = (np.asarray(values, dtype=np.float64) - noise) / np.float64(real - noise)
    return np.where(np.isfinite(share), share, 0).clip(min=0)


def pooled(groups: Sequence[np.ndarray]) -> np.ndarray:
    """Scores of several data sets, ``(..., seeds)`` each, as of one: each set has equal weight.

    A run is there as often as it takes for all data sets to have as many.
    """
    most = math.lcm(*(group.shape[-1] for group in groups))
    return np.concatenate(
        [np.repeat(group, most // group.shape[-1], axis=-1) for group in groups], axis=-1
    )


def resampled_interquartile_means(groups: Sequence[ArrayLike]) -> np.ndarray:
    """Interquartile means of resamples, seeds drawn within each data set, ``(resamples,)``.

    That is the stratified bootstrap of Agarwal et al. 2021, arXiv:2108.13264, section 4.1.

    Args:
        groups: of each data set one score a seed.
    """
    generator = np.random.default_rng(0)
    drawn = [
        generator.choice(np.asarray(own, dtype=np.float64), size=(RESAMPLES, len(own)))  # type: ignore[arg-type]
        for own in groups
    ]
    return stats.trim_mean(pooled(drawn), 0.25, axis=-1)


def difference(first: ArrayLike, second: ArrayLike) -> tuple[Any, Any, Any]:
    """How much higher the mean of the first is, and the percentile-bootstrap interval, at 95 %.

    The seeds of the two are resampled independently.

    Args:
        first, second: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        The difference, the lower and the upper end, each ``(...)``; the ends are NaN where either
        has one seed only.
    """
    one, other = (np.asarray(own, dtype=np.float64) for own in (first, second))
    gap = one.mean(axis=-1) - other.mean(axis=-1)
    if min(one.shape[-1], other.shape[-1]) < 2:
        missing = np.full(gap.shape, np.nan)[()]
        return gap, missing, missing
    ends = stats.bootstrap(
        (one, other),
        apart,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        axis=-1,
        rng=np.random.default_rng(0),
    ).confidence_interval
    return gap, ends.low, ends.high


def apart(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
    """How much higher the mean of the first is along an axis."""
    return first.mean(axis=axis) - second.mean(axis=axis)


def probability_of_improvement(
    first: ArrayLike, second: ArrayLike, *, higher_is_better: bool
) -> Any:
    """How often a run of the first is better than one of the second, ties being half of one.

    That is U of Mann and Whitney over the number of pairs: Agarwal et al. 2021, arXiv:2108.13264,
    section 4.3.

    Args:
        first, second: one score a run, or a row of them for each of many, ``(..., runs)``.
        higher_is_better: which end is good.
    """
    one, other = np.asarray(first), np.asarray(second)
    won = stats.mannwhitneyu(one, other, axis=-1).statistic
    higher = won / (one.shape[-1] * other.shape[-1])
    return higher if higher_is_better else 1 - higher


def permutation_p(first: ArrayLike, second: ArrayLike) -> Any:
    """p of the exact permutation test of equal means, two-sided.

    Of all ways to deal the scores out to the two, twice the share whose means are at least as far
    apart in the same direction. Of three against three there are 20 ways, so that nothing is below
    0.1; of five against five 252.

    Args:
        first, second: one score a seed, or a row of them for each of many, ``(..., seeds)``.

    Returns:
        ``(...)``; 1 where all scores are the same.
    """
    one, other = (np.asarray(own, dtype=np.float64) for own in (first, second))
    found = stats.permutation_test(
        (one, other), apart, n_resamples=math.inf, vectorized=True, axis=-1
    ).pvalue
    alike = np.ptp(np.concatenate([one, other], axis=-1), axis=-1) == 0
    return np.where(alike, 1.0, found)[()]


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values of many tests, adjusted so that by chance alone one is small as seldom as of one.

    Holm 1979, www.jstor.org/stable/4615733: the k-th smallest of m times m - k + 1, none below one
    that was smaller.
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
    """The share of runs that are at least as good as each threshold.

    Agarwal et al. 2021, arXiv:2108.13264, section 4.2, after Dolan and More 2002.

    Args:
        values: one score a run; NaN is as good as nothing.
        thresholds: in any order.
        higher_is_better: which end is good.
    """
    runs, bars = np.asarray(values, dtype=np.float64)[:, None], np.asarray(thresholds)
    good = runs >= bars if higher_is_better else runs <= bars
    return good.mean(axis=0).tolist()
