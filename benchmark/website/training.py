"""Charts of training: losses, accuracy of the discriminator and score, seeds as a band."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from benchmark.common.files import expect_form, read_rows
from benchmark.evaluation import diagnosis
from benchmark.tracks.base.page import Page
from benchmark.website.charts import Level, Line, plot

ACCURACIES = {
    "accuracy_train": "training images",
    "accuracy_held_out": "held-out images",
    "accuracy_generated": "samples",
}


class Reading(NamedTuple):
    """A value that was logged at a moment of training."""

    samples_seen: int
    player: str
    name: str  # of a loss term or another quantity
    value: float


def read_curves(file: Path) -> list[Reading]:
    """Read losses.csv or health.csv."""
    # samples_seen, player, term or quantity, value
    lines = read_rows(file, "samples_seen", "player", "value")[1:]
    with expect_form(file, "a table of numbers"):
        return [
            Reading(int(seen), player, name, float(value)) for seen, player, name, value in lines
        ]


def build_charts(
    runs: list[dict[str, Any]],
    page: Page,
    curve: str,
    held_out: float | None,
    *,
    has_film: bool = False,
) -> list[dict[str, Any]]:
    """Build the charts of a row; only the chart of the score if a film shows the training.

    Args:
        runs: of each its ``losses`` and ``health_curves``, see `read_curves`, and ``trajectory``:
            the samples seen at each moment, and the score then.
        page: of the track.
        curve: the metric over training.
        held_out: its value for held-out data.
        has_film: whether a film shows the training.

    Returns:
        Of each its ``kind``, ``plot`` (see `charts.plot`), and of losses the ``player``.
    """
    unit, title = page.unit, page.metric(curve).title
    charts: list[dict[str, Any]] = []
    if not has_film:
        players = [reading.player for run in runs for reading in run["losses"]]
        for player in dict.fromkeys(players):
            seeds = [[at for at in run["losses"] if at.player == player] for run in runs]
            plot_of_losses = draw_curves(seeds, up="loss", unit=unit)
            charts.append({"kind": "losses", "player": player, "plot": plot_of_losses})
        accuracies = [smooth_accuracies(run["health_curves"]) for run in runs]
        plot_of_accuracy = draw_curves(accuracies, up="accuracy", unit=unit)
        charts.append({"kind": "accuracy", "plot": plot_of_accuracy})
    plot_of_score = draw_curves(
        [label(title, *run["trajectory"]) for run in runs],
        up=title,
        log=page.has_log_curve,
        level=None if held_out is None else Level(held_out, "held-out data"),
        unit=unit,
    )
    charts.append({"kind": "curve", "plot": plot_of_score})
    return [chart for chart in charts if chart["plot"]]


def label(name: str, seen: Sequence[int], values: Sequence[float]) -> Iterable[Reading]:
    """Make readings of one name from values and the samples seen at each."""
    return (Reading(at, "", name, value) for at, value in zip(seen, values, strict=True))


def draw_curves(
    seeds: Sequence[Iterable[Reading]],
    *,
    up: str,
    unit: str,
    log: bool = False,
    level: Level | None = None,
) -> dict[str, Any] | None:
    """Draw means over seeds against samples seen, each with the band that the seeds span.

    Args:
        seeds: readings of each, a line a name; what is not finite, or not positive on a
            logarithmic axis, is left out.
        up: title of the y axis.
        unit: of the samples seen.
        log: logarithmic y axis.
        level: a horizontal line to compare with.

    Returns:
        As `charts.plot`; None where there is nothing to draw.
    """
    values: dict[str, dict[int, list[float]]] = {}
    for readings in seeds:
        for seen, _, name, value in readings:
            if math.isfinite(value) and (value > 0 or not log):
                values.setdefault(name, {}).setdefault(seen, []).append(value)
    has_band = len(seeds) > 1
    lines = [
        Line(
            name,
            [(seen, sum(at) / len(at)) for seen, at in moments],
            [(seen, min(at), max(at)) for seen, at in moments] if has_band else [],
        )
        for name, moments in ((name, sorted(of.items())) for name, of in values.items())
    ]
    return plot(lines, across=f"{unit} seen", up=up, logarithmic="y" if log else "", level=level)


def smooth_accuracies(health: Iterable[Reading]) -> list[Reading]:
    """Smooth the discriminator's accuracy on each kind of image as the diagnosis does."""
    curves: dict[str, dict[int, float]] = {}
    for seen, player, name, value in health:
        if player == "discriminator_score" and name in ACCURACIES:
            curves.setdefault(ACCURACIES[name], {})[seen] = value
    smooth = diagnosis.smooth_curves(pd.DataFrame(curves))
    seen = smooth.index.tolist()
    return [reading for name in smooth for reading in label(str(name), seen, smooth[name].tolist())]
