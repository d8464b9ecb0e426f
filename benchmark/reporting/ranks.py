"""Ranges of ranks over training seeds, and the order of rows with diverged seeds."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmark.reporting.statistics import (
    LEVEL,
    Estimate,
    adjust_holm,
    compare_estimates,
    estimate_mean,
)


def compute_ranks(
    scores: Mapping[str, Sequence[float]], *, higher_is_better: bool
) -> dict[str, tuple[int, int]]:
    """Compute the range of ranks of each row from its scores over seeds; see `rank_estimates`.

    Args:
        scores: row -> one score a seed; NaN for a diverged one. Each row has a finished seed.
        higher_is_better: whether rank 1 is the highest mean.
    """
    finished = {name: [value for value in scores[name] if value == value] for name in scores}
    estimates = {name: estimate_mean(values) for name, values in finished.items()}
    diverged = {name for name in scores if len(finished[name]) < len(scores[name])}
    return rank_estimates(estimates, diverged, higher_is_better=higher_is_better)


def rank_estimates(
    estimates: Mapping[str, Estimate],
    diverged: set[str] | frozenset[str] = frozenset(),
    *,
    higher_is_better: bool,
) -> dict[str, tuple[int, int]]:
    """Compute the range of ranks of each row.

    The best rank is 1 plus the number of rows that are significantly better, and the worst is the
    number of rows less those that are significantly worse. Significance is that of Welch's t at
    5 %, with Holm's correction over all comparisons of a row with the others. The range of a row
    then contains its true ranks in 95 % of cases or more, also if all rows are equal. A row with
    diverged seeds ranks below the complete rows that it ties with.

    Args:
        estimates: row -> estimate.
        diverged: rows with diverged seeds.
        higher_is_better: whether rank 1 is the highest value.

    Returns:
        Row -> (best, worst) rank; rows whose ranges overlap are ties.
    """
    ranks = {}
    for name in estimates:
        signs = list(_compare_with_others(name, estimates, higher_is_better).items())
        # ties with rows of another number of diverged seeds are broken by it
        better = sum(
            sign < 0 or (sign == 0 and name in diverged and other not in diverged)
            for other, sign in signs
        )
        worse = sum(
            sign > 0 or (sign == 0 and name not in diverged and other in diverged)
            for other, sign in signs
        )
        ranks[name] = (1 + better, len(estimates) - worse)
    return ranks


def order_rows(
    scores: Mapping[str, Sequence[float]], *, higher_is_better: bool
) -> dict[str, tuple[float, bool]]:
    """Compute the sort key of each row: the lower, the higher up on its leaderboard.

    Rows are in the order of their means. A row with diverged seeds follows the last complete row
    that it ties with.

    Args:
        scores: as for `compute_ranks`.
        higher_is_better: whether the highest mean comes first.
    """
    sign = -1 if higher_is_better else 1
    finished = {name: [value for value in scores[name] if value == value] for name in scores}
    estimates = {name: estimate_mean(values) for name, values in finished.items()}
    complete = {name for name in scores if len(finished[name]) == len(scores[name])}
    keys = {}
    for name, estimate in estimates.items():
        keys[name] = (sign * float(estimate.value), name not in complete)
        if name not in complete:
            signs = _compare_with_others(name, estimates, higher_is_better)
            ties = [other for other in complete if signs[other] == 0]
            ends = [sign * float(estimates[other].value) for other in ties]
            keys[name] = (max([keys[name][0], *ends]), True)
    return keys


def _compare_with_others(
    name: str, estimates: Mapping[str, Estimate], higher_is_better: bool
) -> dict[str, int]:
    """Map each other row to 1 if the row is significantly better, -1 if worse, 0 for a tie."""
    others = [other for other in estimates if other != name]
    if not others:
        return {}
    columns = zip(*(estimates[other] for other in others), strict=True)
    compared = compare_estimates(
        Estimate(*map(np.float64, estimates[name])),
        Estimate(*(np.array(column, dtype=np.float64) for column in columns)),
    )
    adjusted = adjust_holm(np.nan_to_num(compared.p, nan=1.0).tolist())
    signs = np.sign(compared.difference) * (1 if higher_is_better else -1)
    significant = np.array(adjusted) <= LEVEL
    return dict(zip(others, np.where(significant, signs, 0).astype(int).tolist(), strict=True))
