"""Charts of the page on theory: the tables in theory/ as SVG in a light and a dark palette."""

import math
from pathlib import Path

import pandas as pd

from benchmark.site.charts import Layer, level, lines, quantity, save, told_apart

STROKE = {"strokeWidth": 1.6, "clip": True}
# what the columns of the tables are called in a legend
VALUE = {"learnt": "learnt discriminator", "optimal": "optimal discriminator"}
SHAPES = {
    "learnt": "learnt D",
    "optimal": "optimal D",
    "data": "density of the data",
    "generated": "density of the samples",
}


def draw(folder: Path, target: Path) -> list[str]:
    """Every chart of theory/, as ``<name>-light.svg`` and ``<name>-dark.svg`` in the target.

    Returns:
        The names: lines, value, slopes, and discriminator-<round> for each moment.
    """
    target.mkdir(parents=True, exist_ok=True)
    tables = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    charts: dict[str, list[Layer]] = {
        "lines": parallel(tables["lines"]),
        "value": value(tables["value"]),
        "slopes": slopes(tables["slopes"]),
    }
    for moment, own in tables["discriminator"].groupby("round"):
        charts[f"discriminator-{moment}"] = discriminator(own)
    for name, chart in charts.items():
        save(chart, target / name)
    return list(charts)


def parallel(table: pd.DataFrame) -> list[Layer]:
    """Divergence and distance of two parallel lines over how far they are apart."""
    x = quantity("distance", "distance θ between the lines")
    y = quantity("value", "divergence in nats, distance")
    return [lines(table, x, y, "quantity", **STROKE), *level(math.log(2), "log 2")]


def value(table: pd.DataFrame) -> list[Layer]:
    """Value of the game over the rounds, and what it would be with an optimal discriminator."""
    table = table[table["quantity"].isin(VALUE)].replace({"quantity": VALUE})
    ticks = [10**power for power in range(7) if 10**power <= table["round"].max()]
    logarithmic = {"type": "log", "nice": False}
    x = quantity("round", "steps of the generator", scale=logarithmic, values=ticks)
    y = quantity("value", "value V", scale={"domainMax": 0, "domainMin": -1.5, "nice": False})
    game = lines(table, x, y, "quantity", **STROKE)
    return [game, *level(-math.log(4), "−log 4", left=True)]


def discriminator(table: pd.DataFrame) -> list[Layer]:
    """D(x) at one moment, learnt and optimal, and the two densities that make it so."""
    known = table.melt("x", list(SHAPES), "quantity", "value").dropna()
    known = known.replace({"quantity": SHAPES})
    y = quantity("value", "D(x), density", scale={"domain": [0, 1.2], "nice": False})
    drawn = lines(known, quantity("x", "x"), y, "quantity", **STROKE)
    drawn["encoding"] |= told_apart("quantity", SHAPES.values(), columns=2)
    return [drawn, *level(0.5, "½")]


def slopes(table: pd.DataFrame) -> list[Layer]:
    """Size of the generator's slope over D(G(z)): a line by hand, dots as measured."""
    table = table.assign(analytic=table["analytic"].abs(), measured=table["measured"].abs())
    x = quantity("judged", "D(G(z)): how real the sample looks")
    by_hand, measured = (
        lines(table, x, quantity(column, "size of the slope"), "loss", **STROKE)
        for column in ("analytic", "measured")
    )
    measured["mark"] = {"type": "point", "filled": True, "size": 22, "opacity": 1}
    measured["encoding"]["strokeDash"] = {"value": [1, 0]}
    return [by_hand, measured]
