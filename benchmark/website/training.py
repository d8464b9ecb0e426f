"""Charts of training: losses, the judge's accuracy and the score, seeds as a band."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from benchmark.evaluation import diagnosis
from benchmark.website.charts import Level, Line, plot
from benchmark.website.display import METRICS, UNITS

ACCURACIES = {
    "accuracy_train": "training images",
    "accuracy_held_out": "held-out images",
    "accuracy_generated": "samples",
}


class Reading(NamedTuple):
    """What was read out of a run at a moment."""

    images: int  # seen by then
    player: str
    name: str  # of a loss term or another quantity
    value: float


def readings(file: Path) -> list[Reading]:
    """The lines of losses.csv or health.csv."""
    with file.open(newline="") as table:
        lines = csv.reader(table)
        next(lines)  # images, player, term or quantity, value
        return [Reading(int(seen), who, name, float(value)) for seen, who, name, value in lines]


def charts(
    runs: list[dict[str, Any]], leaderboard: str, curve: str, held_out: float | None
) -> list[dict[str, Any]]:
    """Those of the runs of a row that have something to show; of points, a film has the rest.

    Args:
        runs: of each its ``losses`` and ``judging``, see `readings`, and ``trajectory``: what was
            seen at each moment, and the score then.
        leaderboard: the name of their leaderboard.
        curve: the metric that is taken over training.
        held_out: its value for held-out data.

    Returns:
        Of each its ``kind``, ``plot`` (see `charts.plot`), and of losses the ``player``.
    """
    unit = UNITS.get(leaderboard, "images")
    found: list[dict[str, Any]] = []
    if leaderboard != "toy":
        for player in dict.fromkeys(own.player for run in runs for own in run["losses"]):
            seeds = [[own for own in run["losses"] if own.player == player] for run in runs]
            drawn = curves(seeds, up="loss", unit=unit)
            found.append({"kind": "losses", "player": player, "plot": drawn})
        drawn = curves([judged(run["judging"]) for run in runs], up="accuracy", unit=unit)
        found.append({"kind": "judged", "plot": drawn})
    title = METRICS[curve][0]
    drawn = curves(
        [over(title, *run["trajectory"]) for run in runs],
        up=title,
        log=leaderboard != "toy",  # there it is bounded, and far from 0
        level=None if held_out is None else Level(held_out, "held-out data"),
        unit=unit,
    )
    found.append({"kind": "curve", "plot": drawn})
    return [own for own in found if own["plot"]]


def over(name: str, seen: Sequence[int], values: Sequence[float]) -> Iterable[Reading]:
    """Values of one name, each with what was seen by then."""
    return (Reading(at, "", name, value) for at, value in zip(seen, values, strict=True))


def curves(
    seeds: Sequence[Iterable[Reading]],
    *,
    up: str,
    log: bool = False,
    level: Level | None = None,
    unit: str = "images",
) -> dict[str, Any] | None:
    """Means over seeds, as they change with what was seen, about each the band that seeds span.

    Args:
        seeds: of each what is drawn, a line a name; what is not finite, or not positive on a
            logarithmic axis, is left out.
        up: title of the y axis.
        log: logarithmic y axis.
        level: to read the lines against.
        unit: what was seen.

    Returns:
        What `charts.plot` does; None where there is nothing to draw.
    """
    found: dict[str, dict[int, list[float]]] = {}
    for own in seeds:
        for seen, _, name, value in own:
            if math.isfinite(value) and (value > 0 or not log):
                found.setdefault(name, {}).setdefault(seen, []).append(value)
    lines = [
        Line(
            name,
            [(seen, sum(values) / len(values)) for seen, values in own],
            [(seen, min(values), max(values)) for seen, values in own] if len(seeds) > 1 else [],
        )
        for name, own in ((name, sorted(own.items())) for name, own in found.items())
    ]
    return plot(lines, across=f"{unit} seen", up=up, logarithmic="y" if log else "", level=level)


def judged(read: Iterable[Reading]) -> list[Reading]:
    """The judge's accuracy on each kind of image, averaged as the diagnosis does."""
    known: dict[str, dict[int, float]] = {}
    for seen, player, name, value in read:
        if player == "discriminator_score" and name in ACCURACIES:
            known.setdefault(ACCURACIES[name], {})[seen] = value
    smooth = diagnosis.smooth_curves(pd.DataFrame(known))
    seen = smooth.index.tolist()
    return [own for name in smooth for own in over(str(name), seen, smooth[name].tolist())]
