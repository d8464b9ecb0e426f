"""Charts of training: losses, the judge's accuracy and the score, seeds as a band."""

import math
from typing import Any

import pandas as pd

from benchmark import health
from benchmark.site.charts import Level, Line, plot
from benchmark.site.display import METRICS, UNITS

ACCURACIES = {
    "accuracy_train": "training images",
    "accuracy_held_out": "held-out images",
    "accuracy_generated": "samples",
}


def charts(
    runs: list[dict[str, Any]], board: str, curve: str, held_out: float | None
) -> list[dict[str, Any]]:
    """Those of the runs of a row that have something to show; of points, a film has the rest.

    Args:
        runs: ``seed`` of each, and its tables ``losses``, ``judged`` and ``trajectory``.
        board: the name of their board.
        curve: the metric that is taken over training.
        held_out: its value for held-out data.

    Returns:
        Of each its ``kind``, ``plot`` (see `charts.plot`), and of losses the ``player``.
    """
    unit = UNITS.get(board, "images")

    def whole(what: str) -> pd.DataFrame:
        return pd.concat([run[what].assign(seed=run["seed"]) for run in runs], ignore_index=True)

    found: list[dict[str, Any]] = []
    if board != "toy":
        for player, own in whole("losses").groupby("player", sort=False):
            drawn = curves(own, y="value", title="loss", term="term", unit=unit)
            found.append({"kind": "losses", "player": player, "plot": drawn})
        drawn = curves(whole("judged"), y="value", title="accuracy", term="quantity", unit=unit)
        found.append({"kind": "judged", "plot": drawn})
    drawn = curves(
        whole("trajectory"),
        y=curve,
        title=METRICS[curve][0],
        log=board != "toy",  # there it is bounded, and far from 0
        level=None if held_out is None else Level(held_out, "held-out data"),
        unit=unit,
    )
    found.append({"kind": "curve", "plot": drawn})
    return [own for own in found if own["plot"]]


def curves(
    frame: pd.DataFrame,
    *,
    y: str,
    title: str,
    term: str | None = None,
    log: bool = False,
    level: Level | None = None,
    unit: str = "images",
) -> dict[str, Any] | None:
    """Means over seeds, as they change with what was seen, about each the band that seeds span.

    Args:
        frame: columns ``images``, ``seed``, ``y`` and ``term``.
        y: the column that is drawn; what is not finite, or not positive on a logarithmic axis, is
            left out.
        title: of the y axis.
        term: the column that tells lines apart.
        log: logarithmic y axis.
        level: to read the lines against.
        unit: what was seen.

    Returns:
        What `charts.plot` does; None where there is nothing to draw.
    """
    names = frame[term] if term else [title] * len(frame)
    found: dict[str, dict[int, list[float]]] = {}
    for name, seen, value in zip(names, frame["images"], frame[y].astype(float), strict=True):
        if math.isfinite(value) and (value > 0 or not log):
            found.setdefault(str(name), {}).setdefault(int(seen), []).append(value)
    several = frame["seed"].nunique() > 1
    lines = [
        Line(
            name,
            [(seen, sum(values) / len(values)) for seen, values in own],
            [(seen, min(values), max(values)) for seen, values in own] if several else [],
        )
        for name, own in ((name, sorted(own.items())) for name, own in found.items())
    ]
    return plot(lines, across=f"{unit} seen", up=title, logarithmic="y" if log else "", level=level)


def judged(curves: pd.DataFrame) -> pd.DataFrame:
    """The judge's accuracy on each kind of image, averaged as the diagnosis does."""
    wide = curves[curves["player"] == "judge"].pivot(
        index="images", columns="quantity", values="value"
    )
    known = [name for name in ACCURACIES if name in wide]
    found = health.smooth(wide[known]).rename(columns=ACCURACIES).rename_axis(columns="quantity")
    return found.stack().rename("value").reset_index()
