"""Charts of the page on few images: a metric against the number of training images."""

import math
from collections.abc import Sequence
from typing import Any

from benchmark.website.charts import COLOURS, Line, plot


def choose_highlights(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Choose the variants whose lines have a colour.

    They are the best one of each size, then the others in the order of the fewest images.

    Args:
        rankings: variants of each size, the best first; the fewest images first.
    """
    leaders = [ranking[0] for ranking in rankings if ranking]
    return list(dict.fromkeys([*leaders, *(rankings[0] if rankings else [])]))[:COLOURS]


def draw_charts(
    metrics: Sequence[str],
    images: Sequence[int],
    variants: Sequence[dict[str, Any]],
    held_out: Sequence[dict[str, Any] | None],
    coloured: Sequence[str],
) -> list[dict[str, Any]]:
    """Draw metrics against the number of training images, a line a variant.

    Coloured lines have a dot a seed. The axis of the headline metric is logarithmic if all values
    are above 0. The held-out images are a line in the charts of the other metrics.

    Args:
        metrics: of the charts, the headline metric first.
        images: number of each size.
        variants: ``name`` and ``entries``, a row a size or None.
        held_out: the reference row of each size.
        coloured: names of the variants that have a colour.

    Returns:
        Of each chart ``metric`` and ``drawing``, as `charts.plot`; none with fewer than two sizes,
        and none of a metric without scores.
    """
    if len(images) < 2:
        return []
    entries = {variant["name"]: variant["entries"] for variant in variants}
    charts = []
    for metric in metrics:
        lines = [make_line(name, metric, images, entries[name], look="series") for name in coloured]
        lines += [
            make_line(name, metric, images, rows, look="muted")
            for name, rows in entries.items()
            if name not in coloured
        ]
        if metric != metrics[0]:
            lines.append(make_line("held_out", metric, images, held_out, look="reference"))
        lines = [line for line in lines if line.points]
        values = [y for line in lines for _, y in (*line.points, *line.dots)]
        is_logarithmic = metric == metrics[0] and all(value > 0 for value in values)
        drawing = plot(
            lines,
            across="training images",
            up=metric,
            logarithmic="xy" if is_logarithmic else "x",
            places=sorted(set(images)),
            has_labels=True,
        )
        if drawing and any(line.look != "reference" for line in lines):
            charts.append({"metric": metric, "drawing": drawing})
    return charts


def make_line(
    name: str,
    metric: str,
    images: Sequence[int],
    rows: Sequence[dict[str, Any] | None],
    *,
    look: Any,
) -> Line:
    """Make the line of a row: its means, and its seeds as dots if it has a colour.

    A line of one point is a dot. Sizes without a finished run are left out.
    """
    scored = [
        (count, row)
        for count, row in zip(images, rows, strict=True)
        if row and math.isfinite(row.get(f"{metric}_mean", math.nan))
    ]
    points = [(count, float(row[f"{metric}_mean"])) for count, row in scored]
    dots = points if len(points) == 1 else []
    if look == "series":
        dots = [
            (count, float(seed[metric]))
            for count, row in scored
            for seed in row["by_seed"]
            if math.isfinite(seed[metric])
        ]
    return Line(name, points, dots=dots, look=look)
