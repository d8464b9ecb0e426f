"""Charts of the page on theory, from the tables in theory/."""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.common.files import read_table
from benchmark.website.charts import Level, Line, plot

# column -> its name in a legend
VALUE = {"learnt": "learnt discriminator", "optimal": "optimal discriminator"}
SHAPES = {
    "learnt": "learnt D",
    "optimal": "optimal D",
    "data": "density of the data",
    "generated": "density of the samples",
}


def draw(folder: Path) -> dict[str, Any]:
    """Draw every chart: lines, value, slopes, and discriminator-<round> for each moment."""
    tables = {path.stem: read_table(path) for path in folder.glob("*.csv")}
    return {
        "lines": draw_distances(tables["lines"]),
        "value": draw_value(tables["value"]),
        "slopes": draw_slopes(tables["slopes"]),
        **{
            f"discriminator-{moment}": draw_discriminator(table)
            for moment, table in tables["discriminator"].groupby("round")
        },
    }


def read_points(table: pd.DataFrame, x: str, y: str) -> list[tuple[float, float]]:
    """Read two columns, without missing values."""
    rows = table[[x, y]].dropna()
    return list(zip(rows[x].tolist(), rows[y].tolist(), strict=True))


def read_lines(table: pd.DataFrame, x: str, y: str, by: str) -> list[Line]:
    """Read a line for each value of a column, in the order of the table."""
    groups = table.groupby(by, sort=False)
    return [Line(str(name), read_points(rows, x, y)) for name, rows in groups]


def draw_distances(table: pd.DataFrame) -> Any:
    """Draw divergence and distance of two parallel lines over the gap between them."""
    return plot(
        read_lines(table, "distance", "value", "quantity"),
        across="distance θ between the lines",
        up="divergence in nats, distance",
        level=Level(math.log(2), "log 2"),
    )


def draw_value(table: pd.DataFrame) -> Any:
    """Draw the value of the game over the rounds, with the learnt and an optimal discriminator."""
    table = table[table["quantity"].isin(VALUE)].replace({"quantity": VALUE})
    return plot(
        read_lines(table, "round", "value", "quantity"),
        across="steps of the generator",
        up="value V",
        logarithmic="x",
        limits=(-1.5, 0),
        level=Level(-math.log(4), "−log 4", left=True),
    )


def draw_discriminator(table: pd.DataFrame) -> Any:
    """Draw D(x) at one moment, learnt and optimal, and the two densities behind it."""
    lines = [Line(name, read_points(table, "x", column)) for column, name in SHAPES.items()]
    return plot(lines, across="x", up="D(x), density", limits=(0, 1.2), level=Level(0.5, "½"))


def draw_slopes(table: pd.DataFrame) -> Any:
    """Draw the size of the generator's slope over D(G(z)): a line by hand, dots as measured."""
    table = table.assign(analytic=table["analytic"].abs(), measured=table["measured"].abs())
    lines = [
        Line(
            str(loss),
            read_points(rows, "probability", "analytic"),
            dots=read_points(rows, "probability", "measured"),
        )
        for loss, rows in table.groupby("loss", sort=False)
    ]
    return plot(lines, across="D(G(z)): how real the sample looks", up="size of the slope")
