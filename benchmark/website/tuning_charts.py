"""Charts of the page on tuning: the score of each trial against its learning rate."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from benchmark.tracks.base.page import Metric
from benchmark.website.charts import Line, plot
from benchmark.website.searches import Search

ROOM = 0.1  # beyond the least and the largest score


def name_betas(settings: Mapping[str, Any]) -> str:
    """Name the betas of settings in the legend of a chart."""
    return "betas {:g} and {:g}".format(*settings["betas"]) if "betas" in settings else "no betas"


def draw_search(
    search: Search, title: str, *, sign: int, limits: tuple[float, float], is_logarithmic: bool
) -> dict[str, Any] | None:
    """Draw the scores of a variant against the learning rate, a line for each pair of betas.

    Args:
        search: of the variant.
        title: of the metric.
        sign: -1 where a score is the negated metric.
        limits: of the y axis.
        is_logarithmic: whether the y axis is.

    Returns:
        As `charts.plot`; None without a finite score.
    """
    points: dict[str, list[tuple[float, float]]] = {}
    for settings, score in search.shared:
        if math.isfinite(score):
            points.setdefault(name_betas(settings), []).append((settings["lr"], sign * score))
    lines = [Line(name, sorted(at), dots=at) for name, at in sorted(points.items())]
    best = [(search.best["lr"], sign * s) for s in search.best_scores if math.isfinite(s)]
    return plot(
        [*lines, Line(f"best settings, {len(search.best_scores)} seeds", [], dots=best)],
        across="learning rate",
        up=title,
        logarithmic="xy" if is_logarithmic else "x",
        limits=limits,
    )


def describe_chart(search: Search, name: str, title: str) -> str:
    """Describe the chart of a variant, with the number of trials that it cannot show."""
    scores = [*search.best_scores, *(score for _, score in search.shared)]
    text = f"{name}: {title} of {len(search.shared)} settings against the learning rate"
    text += f", and of the best settings with {len(search.best_scores)} seeds"
    missing = sum(math.isinf(score) for score in scores)
    if missing:
        text += f"; not drawn: {missing} trial{'s' if missing > 1 else ''} that diverged"
    return text


def draw_searches(
    searches: Sequence[Search], metric: Metric, names: Mapping[str, str], *, higher: bool
) -> list[dict[str, Any]]:
    """Draw the chart of each variant, on one y axis for all.

    Returns:
        ``drawing``, as `charts.plot`, and ``text`` of each.
    """
    sign = -1 if higher else 1
    scores = [score for s in searches for score in (*s.best_scores, *(at for _, at in s.shared))]
    finite = [sign * score for score in scores if math.isfinite(score)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    is_logarithmic = low > 0
    room = ROOM * (high - low)
    limits = (low / (1 + ROOM), high * (1 + ROOM)) if is_logarithmic else (low - room, high + room)
    return [
        {"drawing": drawing, "text": describe_chart(search, names[search.variant], metric.title)}
        for search in searches
        if (
            drawing := draw_search(
                search, metric.title, sign=sign, limits=limits, is_logarithmic=is_logarithmic
            )
        )
    ]
