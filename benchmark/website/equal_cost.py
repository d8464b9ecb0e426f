"""Ranks of a leaderboard at equal updates, equal samples seen and equal seconds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.common.files import expect_form, read_rows
from benchmark.config import Run
from benchmark.reporting.ranks import compute_ranks
from benchmark.reporting.trends import read_trajectory

COSTS = ("updates", "samples_seen", "seconds")  # columns of times.csv


@dataclass(frozen=True)
class EqualCost:
    """Scores and ranks of the rows of a leaderboard after an equal cost.

    Attributes:
        cost: ``updates``, ``samples_seen`` or ``seconds``.
        amount: of the cost, which the runs of every row reach.
        scores: variant -> mean score over finished seeds; NaN before the first snapshot.
        ranks: variant -> (best, worst) rank; variants without a score are left out.
    """

    cost: str
    amount: float
    scores: dict[str, float]
    ranks: dict[str, tuple[int, int]]


def rank_at_equal_costs(rows: Mapping[str, Sequence[Run]], curve: str) -> list[EqualCost]:
    """Rank the rows of a leaderboard at the largest amount of each cost that all runs reach.

    Scores are those of the snapshots, interpolated linearly between two of them.

    Args:
        rows: variant -> its finished runs. Rows without one are left out.
        curve: the metric of the snapshots; lower is better.

    Returns:
        One for each of ``COSTS``; none without two rows.
    """
    curves = {
        variant: {cost: [read_curve(run, cost, curve) for run in runs] for cost in COSTS}
        for variant, runs in rows.items()
        if runs
    }
    if len(curves) < 2:
        return []
    return [
        rank_at_equal_cost(cost, {variant: by_cost[cost] for variant, by_cost in curves.items()})
        for cost in COSTS
    ]


def rank_at_equal_cost(
    cost: str, curves: Mapping[str, Sequence[tuple[np.ndarray, np.ndarray]]]
) -> EqualCost:
    """Rank rows at the largest amount of a cost that all runs reach.

    Args:
        cost: its name.
        curves: variant -> of each run the amounts at its snapshots, rising, and the scores then.
    """
    ends = [amounts[-1] for runs in curves.values() for amounts, _ in runs if len(amounts)]
    amount = float(min(ends)) if ends else math.nan
    seeds = {
        variant: [interpolate(*run, amount) for run in runs] for variant, runs in curves.items()
    }
    finite = {variant: [v for v in values if math.isfinite(v)] for variant, values in seeds.items()}
    scores = {v: float(np.mean(values)) if values else math.nan for v, values in finite.items()}
    scored = {variant: values for variant, values in finite.items() if values}
    return EqualCost(cost, amount, scores, compute_ranks(scored, higher_is_better=False))


def interpolate(amounts: np.ndarray, scores: np.ndarray, amount: float) -> float:
    """Interpolate the score at an amount; NaN before the first snapshot and after the last."""
    return float(np.interp(amount, amounts, scores, left=math.nan, right=math.nan))


def read_curve(run: Run, cost: str, curve: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the amount of a cost at each snapshot of a run, and the score then."""
    seen, scores = map(np.asarray, read_trajectory(run.trajectory, curve))
    file = run.trained / "times.csv"
    header, *lines = read_rows(file, *COSTS)
    with expect_form(file, "a table of numbers"):
        times = np.array(lines, dtype=float).reshape(-1, len(header))
        if not times.size or not np.isfinite(times).all():
            raise ValueError("expected rows of finite numbers")
    logged, amounts = times[:, header.index("samples_seen")], times[:, header.index(cost)]
    return np.interp(seen, logged, amounts), scores
