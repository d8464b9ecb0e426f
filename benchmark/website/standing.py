"""Say where the best row of a leaderboard stands, and whether its rows still improve."""

import math
from collections.abc import Sequence
from typing import Any

from benchmark.reporting.health import SQUARED_DISTANCES
from benchmark.reporting.trends import TRENDS

ENDS = ("noise", "held_out")
# reference rows that are not trivial solutions of a task
OTHERS = (*ENDS, "memoriser")
TOLERATED = 0.2  # share of rows that may still improve before the budget counts as too short


def describe_standing(
    trained: list[dict[str, Any]],
    references: list[dict[str, Any]],
    metric: str,
    *,
    higher_is_better: bool,
) -> dict[str, Any] | None:
    """Describe where the best row stands between noise, trivial rows and held-out data.

    Args:
        trained: rows of the leaderboard, the best first, with the mean of the metric.
        references: its reference rows, as ``trained``.
        metric: the headline metric.
        higher_is_better: direction of the metric.

    Returns:
        ``metric``; ``best``: variant and score; ``noise``, ``held_out``: their scores; ``place``:
        ``below`` if the best row is no better than noise, ``beyond`` if no worse than held-out
        data, else ``between``; ``share``: of the way from noise to held-out data, in per cent,
        from 1 to 99, by the root of a squared distance (``is_squared``), as for the diagnosis;
        ``better_than``, ``worse_than``: trivial reference rows and their scores. None without a
        finished row, or where noise is not worse than held-out data.
    """
    scores = {row["variant"]: float(row[f"{metric}_mean"]) for row in references}
    best = next((row for row in trained if math.isfinite(row[f"{metric}_mean"])), None)
    if best is None or not all(math.isfinite(scores.get(name, math.nan)) for name in ENDS):
        return None
    sign, score = 1 if higher_is_better else -1, float(best[f"{metric}_mean"])
    noise, held_out = (scores[name] for name in ENDS)
    if sign * (held_out - noise) <= 0:
        return None
    is_squared = metric in SQUARED_DISTANCES
    places = [score, noise, held_out]
    if is_squared:
        places = [math.sqrt(max(place, 0)) for place in places]
    share = (places[0] - places[1]) / (places[2] - places[1])
    trivial = [
        {"variant": name, "score": value}
        for name, value in scores.items()
        if name not in OTHERS and math.isfinite(value)
    ]
    return {
        "metric": metric,
        "is_squared": is_squared,
        "best": {"variant": best["variant"], "score": score},
        "noise": noise,
        "held_out": held_out,
        "place": "below" if share <= 0 else "beyond" if share >= 1 else "between",
        # rounding must not claim either end
        "share": min(max(round(100 * share), 1), 99),
        "better_than": [row for row in trivial if sign * (score - row["score"]) > 0],
        "worse_than": [row for row in trivial if sign * (score - row["score"]) < 0],
    }


def describe_trends(trained: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Describe how many rows of a leaderboard still improve when their budget ends.

    Args:
        trained: rows of the leaderboard, with ``variant`` and ``trend``.

    Returns:
        ``improving``: the variants that do; ``judged``: the number of rows with a trend;
        ``others``: the number without one; ``is_short``: whether so many improve that the budget
        is too short to rank them.
    """
    improving, level, _ = TRENDS
    judged = [row for row in trained if row["trend"] in (improving, level)]
    names = [row["variant"] for row in judged if row["trend"] == improving]
    return {
        "improving": names,
        "judged": len(judged),
        "others": len(trained) - len(judged),
        "is_short": len(names) > TOLERATED * len(judged),
    }
