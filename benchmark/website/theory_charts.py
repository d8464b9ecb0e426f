"""Charts of the page on theory, of the tables in theory/."""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.website.charts import Level, Line, plot

# what the columns of the tables are called in a legend
VALUE = {"learnt": "learnt discriminator", "optimal": "optimal discriminator"}
SHAPES = {
    "learnt": "learnt D",
    "optimal": "optimal D",
    "data": "density of the data",
    "generated": "density of the samples",
}


def draw(folder: Path) -> dict[str, Any]:
    """Every chart of theory/: lines, value, slopes, and discriminator-<round> for each moment."""
    tables = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    return {
        "lines": parallel(tables["lines"]),
        "value": value(tables["value"]),
        "slopes": slopes(tables["slopes"]),
        **{
            f"discriminator-{moment}": discriminator(own)
            for moment, own in tables["discriminator"].groupby("round")
        },
    }


def points(table: pd.DataFrame, x: str, y: str) -> list[tuple[float, float]]:
    """Two columns as they are, without what is not known."""
    known = table[[x, y]].dropna()
    return list(zip(known[x].tolist(), known[y].tolist(), strict=True))


def lines(table: pd.DataFrame, x: str, y: str, by: str) -> list[Line]:
    """A line for each value of a column, in the order of the table."""
    return [Line(str(name), points(own, x, y)) for name, own in table.groupby(by, sort=False)]


def parallel(table: pd.DataFrame) -> Any:
    """Divergence and distance of two parallel lines over how far they are apart."""
    return plot(
        lines(table, "distance", "value", "quantity"),
        across="distance θ between the lines",
        up="divergence in nats, distance",
        level=Level(math.log(2), "log 2"),
    )


def value(table: pd.DataFrame) -> Any:
    """Value of the game over the rounds, and what it would be with an optimal discriminator."""
    table = table[table["quantity"].isin(VALUE)].replace({"quantity": VALUE})
    return plot(
        lines(table, "round", "value", "quantity"),
        across="steps of the generator",
        up="value V",
        logarithmic="x",
        limits=(-1.5, 0),
        level=Level(-math.log(4), "−log 4", left=True),
    )


def discriminator(table: pd.DataFrame) -> Any:
    """D(x) at one moment, learnt and optimal, and the two densities that make it so."""
    drawn = [Line(name, points(table, "x", column)) for column, name in SHAPES.items()]
    return plot(drawn, across="x", up="D(x), density", limits=(0, 1.2), level=Level(0.5, "½"))


def slopes(table: pd.DataFrame) -> Any:
    """Size of the generator's slope over D(G(z)): a line by hand, dots as measured."""
    table = table.assign(analytic=table["analytic"].abs(), measured=table["measured"].abs())
    drawn = [
        Line(
            str(loss),
            points(own, "judged", "analytic"),
            dots=points(own, "judged", "measured"),
        )
        for loss, own in table.groupby("loss", sort=False)
    ]
    return plot(drawn, across="D(G(z)): how real the sample looks", up="size of the slope")
