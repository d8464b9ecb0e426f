"""Charts of the page on theory: the tables in theory/ as SVG in a light and a dark palette."""

import math
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from benchmark.site import pictures

WIDTH, HEIGHT = 330, 200
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
    charts = {
        "lines": lines(tables["lines"]),
        "value": value(tables["value"]),
        "slopes": slopes(tables["slopes"]),
    }
    for moment, own in tables["discriminator"].groupby("round"):
        charts[f"discriminator-{moment}"] = discriminator(own)
    for name, chart in charts.items():
        save(chart, target / name)
    return list(charts)


def lines(table: pd.DataFrame) -> Any:
    """Divergence and distance of two parallel lines over how far they are apart."""
    x = alt.X("distance:Q", title="distance θ between the lines", axis=alt.Axis(tickCount=5))
    y = alt.Y("value:Q", title="divergence in nats, distance", axis=alt.Axis(tickCount=5))
    return _curves(table, x, y, "quantity") + _level(math.log(2), "log 2")


def value(table: pd.DataFrame) -> Any:
    """Value of the game over the rounds, and what it would be with an optimal discriminator."""
    table = table[table["quantity"].isin(VALUE)].replace({"quantity": VALUE})
    ticks = [10**power for power in range(7) if 10**power <= table["round"].max()]
    x = alt.X(
        "round:Q",
        title="steps of the generator",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=ticks),
    )
    scale = alt.Scale(domainMax=0, domainMin=-1.5, nice=False)
    y = alt.Y("value:Q", title="value V", scale=scale, axis=alt.Axis(tickCount=5))
    return _curves(table, x, y, "quantity") + _level(-math.log(4), "−log 4", left=True)


def discriminator(table: pd.DataFrame) -> Any:
    """D(x) at one moment, learnt and optimal, and the two densities that make it so."""
    known = table.melt("x", list(SHAPES), "quantity", "value").dropna()
    known = known.replace({"quantity": SHAPES})
    x = alt.X("x:Q", title="x", axis=alt.Axis(tickCount=5))
    scale = alt.Scale(domain=[0, 1.2], nice=False)
    y = alt.Y("value:Q", title="D(x), density", scale=scale, axis=alt.Axis(tickCount=5))
    return _curves(known, x, y, "quantity", columns=2) + _level(0.5, "½")


def slopes(table: pd.DataFrame) -> Any:
    """Size of the generator's slope over D(G(z)): a line by hand, dots as measured."""
    table = table.assign(analytic=table["analytic"].abs(), measured=table["measured"].abs())
    x = alt.X("judged:Q", title="D(G(z)): how real the sample looks", axis=alt.Axis(tickCount=5))
    y = alt.Y("analytic:Q", title="size of the slope", axis=alt.Axis(tickCount=5))
    drawn = _curves(table, x, y, "loss")
    return drawn + drawn.mark_point(filled=True, size=22, opacity=1).encode(
        y=alt.Y("measured:Q", title="size of the slope"), strokeDash=alt.StrokeDashValue([1, 0])
    )


def save(chart: Any, path: Path) -> None:
    """A chart as ``<path>-light.svg`` and ``<path>-dark.svg``."""
    chart = chart.properties(width=WIDTH, height=HEIGHT, background="transparent")
    svg = vl_convert.vegalite_to_svg(pictures.styled(chart).to_dict())
    path.with_name(f"{path.name}-light.svg").write_text(svg)
    for light, dark in pictures.DARK.items():
        svg = svg.replace(light, dark)
    path.with_name(f"{path.name}-dark.svg").write_text(svg)


def _curves(table: pd.DataFrame, x: alt.X, y: alt.Y, by: str, columns: int = 1) -> Any:
    """A line for each value of a column, in the order of the table."""
    names = list(dict.fromkeys(table[by]))
    legend = alt.Legend(
        title=None,
        orient="top",
        columns=columns,
        labelLimit=WIDTH,
        symbolStrokeWidth=2,
        symbolSize=300,
        symbolType="stroke",
    )
    return (
        alt.Chart(alt.Data(values=table.to_dict("records")))
        .mark_line(strokeWidth=1.6, clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                f"{by}:N", scale=alt.Scale(domain=names, range=pictures.SERIES), legend=legend
            ),
            strokeDash=alt.StrokeDash(
                f"{by}:N", scale=alt.Scale(domain=names, range=pictures.DASHES), legend=legend
            ),
        )
    )


def _level(level: float, name: str, *, left: bool = False) -> Any:
    """A horizontal line to read the others against, with its name above the right or left end."""
    base = alt.Chart(alt.Data(values=[{"level": level, "name": name}]))
    rule = base.mark_rule(strokeDash=[4, 3], color=pictures.TEXT).encode(y="level:Q")
    label = base.mark_text(
        align="left" if left else "right",
        dx=3 if left else 0,
        dy=-6,
        color=pictures.TEXT,
        fontSize=11,
    )
    return rule + label.encode(y="level:Q", x=alt.value(0 if left else "width"), text="name:N")
