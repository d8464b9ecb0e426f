"""How well two metrics agree on the order of the variants of a leaderboard."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

RESAMPLES = 999  # each needs a tau of its own
TAIL = 2.5  # per cent of the resamples outside the interval, at either end


@dataclass(frozen=True)
class RankAgreement:
    """Kendall's tau-b of the order of variants by two metrics.

    Attributes:
        tau: 1 for the same order, -1 for the reverse.
        low, high: ends of the 95 % interval; NaN where no variant has two finished seeds.
        variants: number of variants in the order.
    """

    tau: float
    low: float
    high: float
    variants: int


def compute_rank_agreement(scores: pd.DataFrame, first: str, second: str) -> RankAgreement | None:
    """Compare the order of variants by two metrics, of their means over finished seeds.

    Kendall 1945, doi:10.1093/biomet/33.3.239. The interval is a percentile bootstrap: the seeds of
    each variant are resampled, the same ones for both metrics.

    Args:
        scores: of the trained rows of one data set, with columns ``variant``, ``seed``, ``metric``
            and ``value``, after `statistics.mask_diverged`.
        first, second: two metrics, both better in the same direction.

    Returns:
        None if fewer than two variants have both metrics, or all are equal by one of them.
    """
    selected = scores[scores["metric"].isin([first, second])].dropna(subset="value")
    table = selected.pivot_table(index=["variant", "seed"], columns="metric", values="value")
    if not {first, second} <= set(table.columns):
        return None
    pairs = table[[first, second]].dropna().astype(np.float64)
    variants = [group.to_numpy() for _, group in pairs.groupby(level="variant")]
    if len(variants) < 2:
        return None
    tau = compute_tau(np.stack([seeds.mean(axis=0) for seeds in variants]))
    if np.isnan(tau):
        return None
    low = high = np.nan
    if max(map(len, variants)) > 1:
        low, high = _resample_tau(variants)
    return RankAgreement(tau, float(low), float(high), len(variants))


def compute_tau(means: np.ndarray) -> float:
    """Compute Kendall's tau-b of two columns ``(variants, 2)``; NaN if one is constant."""
    return float(stats.kendalltau(*means.T).statistic)


def _resample_tau(variants: list[np.ndarray]) -> np.ndarray:
    """Compute the ends of the interval of tau from scores ``(seeds, 2)`` of each variant."""
    generator = np.random.default_rng(0)
    means = np.stack(
        [
            seeds[generator.integers(0, len(seeds), (RESAMPLES, len(seeds)))].mean(axis=1)
            for seeds in variants
        ],
        axis=1,
    )
    # a resample with equal means has no order
    return np.nanpercentile([compute_tau(resample) for resample in means], [TAIL, 100 - TAIL])
