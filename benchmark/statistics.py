"""What a handful of training seeds can tell: intervals and ranges of ranks."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

RESAMPLES = 9999
CONFIDENCE = 0.95


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Percentile-bootstrap interval of the mean over seeds, at 95 %.

    With n seeds the bootstrap can only mix the n values it has, so with three it reaches from the
    lowest to the highest: a picture of the spread, not a promise about a fourth seed.

    Args:
        values: one score a seed.

    Returns:
        Lower and upper end; NaN where there are fewer than two values.
    """
    if len(values) < 2:
        return float("nan"), float("nan")
    result = stats.bootstrap(
        (np.asarray(values, dtype=np.float64),),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


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
    means = []
    for values in scores.values():
        known = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=worst)
        means.append(generator.choice(known, size=(RESAMPLES, len(known))).mean(axis=1))
    ordered = np.array(means) * (-1 if higher_is_better else 1)
    ranks = stats.rankdata(ordered, method="min", axis=0)
    tail = 100 * (1 - CONFIDENCE) / 2
    low = np.percentile(ranks, tail, axis=1, method="closest_observation")
    high = np.percentile(ranks, 100 - tail, axis=1, method="closest_observation")
    return {
        name: (int(best), int(last)) for name, best, last in zip(scores, low, high, strict=True)
    }
