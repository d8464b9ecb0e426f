"""Curves of the page on what the metrics see: metrics over the level of a damage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmark.studies.reactions import add_undamaged
from benchmark.tracks.base.page import Metric
from benchmark.website.charts import Line, plot

BLOW_UP = 1e9  # of FLD: of copies alone, Gaussians without width give any number
TOP = 1.2  # end of the axis of relative values
FAR = 10.0  # a relative value that is cut off: browsers do not draw far outside a chart


@dataclass(frozen=True)
class Panel:
    """Metrics that share a chart.

    Attributes:
        title: of the chart.
        up: title of the axis of values.
        metrics: names, at most four.
        logarithmic: whether the axis of values is.
        relative: whether each metric is divided by its largest mean.
    """

    title: str
    up: str
    metrics: tuple[str, ...]
    logarithmic: bool = False
    relative: bool = False


PANELS = (
    Panel("Fréchet distances", "distance", ("fid", "random_fid"), logarithmic=True),
    Panel(
        "Other distances, each divided by its largest mean",
        "share of the largest",
        ("kid", "mmd", "fld", "label_divergence"),
        relative=True,
    ),
    Panel("Quality and coverage", "value", ("precision", "recall", "density", "coverage")),
    Panel(
        "Quality and coverage in the space of random weights",
        "value",
        ("random_precision", "random_recall", "random_density", "random_coverage"),
    ),
    Panel(
        "Clipped metrics, class accuracy and authenticity",
        "share",
        ("clipped_density", "clipped_coverage", "class_accuracy", "authenticity"),
    ),
    Panel("Effective numbers", "number", ("is", "vendi", "modes")),
    Panel("Ratios to real images", "ratio", ("diversity", "nearest_ratio")),
)


def draw_charts(
    table: pd.DataFrame, damage: str, metrics: Mapping[str, Metric], *, across: str
) -> list[dict[str, Any]]:
    """Draw a chart of each panel: the mean over draws at each level, in a band of all draws.

    Args:
        table: as the stage `sensitivity` writes it.
        damage: its name.
        metrics: title of each metric.
        across: title of the axis of levels.

    Returns:
        ``title`` and ``drawing``, as `charts.plot` makes it, of each panel.
    """
    rows, charts = add_undamaged(table, damage), []
    for panel in PANELS:
        lines = [
            draw_line(metrics[metric].title, rows, metric, relative=panel.relative)
            for metric in panel.metrics
            if metric in table
        ]
        drawing = plot(
            lines,
            across=across,
            up=panel.up,
            logarithmic="y" if panel.logarithmic else "",
            limits=find_limits(lines) if panel.relative else None,
        )
        if drawing:
            charts.append({"title": panel.title, "drawing": drawing})
    return charts


def find_limits(lines: Sequence[Line]) -> tuple[float, float]:
    """Find the ends of the axis of relative values: means below 0 are shown, bands may be cut."""
    return min(-0.1, 1.1 * min((y for line in lines for _, y in line.points), default=0)), TOP


def draw_line(title: str, rows: pd.DataFrame, metric: str, *, relative: bool) -> Line:
    """Draw the mean of a metric over the levels, and the range of the draws as its band."""
    levels = rows.groupby("level")[metric].agg(["mean", "min", "max"])
    if relative:
        sizes = levels["mean"].abs()
        scale = sizes[sizes < BLOW_UP].max() or 1.0
        levels = (levels / scale).clip(-FAR, FAR)
    places = [float(level) for level in levels.index]
    means, lows, highs = (levels[column].tolist() for column in ("mean", "min", "max"))
    return Line(
        title,
        list(zip(places, means, strict=True)),
        band=list(zip(places, lows, highs, strict=True)),
    )
