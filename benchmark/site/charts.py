"""Charts as SVG in a light and a dark palette, told in the grammar of Vega-Lite.

A chart is a list of layers, each a dictionary as https://vega.github.io/vega-lite/docs/ has them;
vl-convert draws it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert

# colours that differ in lightness too, each with its counterpart on a dark ground
TEXT, GRID = "#2b3138", "#dfe3e8"
SERIES = ["#0b5c8a", "#b3451f", "#5a3d9a", "#2c6e35"]
DARK = dict(
    zip(
        [TEXT, GRID, *SERIES],
        ["#dde2e8", "#3b424d", "#6cc0ee", "#f5a173", "#c3aefb", "#8fd694"],
        strict=True,
    )
)
DASHES = [[1, 0], [5, 3], [2, 2], [8, 3, 2, 3]]
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
WIDTH, HEIGHT = 330, 200
AXIS = {
    "labelColor": TEXT,
    "titleColor": TEXT,
    "gridColor": GRID,
    "domainColor": GRID,
    "tickColor": GRID,
    "labelFontSize": 11,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}

Layer = dict[str, Any]


def save(layers: list[Layer], path: Path) -> None:
    """A chart as ``<path>-light.svg`` and ``<path>-dark.svg``; its folder is there."""
    whole = {
        "width": WIDTH,
        "height": HEIGHT,
        "background": "transparent",
        "layer": layers,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": AXIS,
            "legend": {"labelColor": TEXT, "titleColor": TEXT, "labelFontSize": 12},
        },
    }
    svg = vl_convert.vegalite_to_svg(whole)
    path.with_name(f"{path.name}-light.svg").write_text(svg)
    for light, dark in DARK.items():
        svg = svg.replace(light, dark)
    path.with_name(f"{path.name}-dark.svg").write_text(svg)


def quantity(column: str, title: str, *, scale: Any = None, **axis: Any) -> dict[str, Any]:
    """A column of numbers along an axis of about five ticks, or as ``axis`` has it."""
    told = {"field": column, "type": "quantitative", "title": title}
    return {**told, "axis": {"tickCount": 5, **axis}, **({"scale": scale} if scale else {})}


def lines(table: pd.DataFrame, x: Any, y: Any, by: str | None, **mark: Any) -> Layer:
    """A line for each value of the column ``by``, told apart by colour and dash, or one alone.

    Args:
        table: what is drawn.
        x, y: see `quantity`.
        by: its values, in the order of the table, keep the order of the colours.
        mark: further properties of the line.
    """
    columns = [column for column in (x["field"], y["field"], by, "seed") if column in table]
    encoding = {"x": x, "y": y}
    if "seed" in columns:
        encoding["detail"] = {"field": "seed", "type": "nominal"}
    if by:
        encoding |= told_apart(by, dict.fromkeys(table[by]))
    else:
        mark = {"color": SERIES[0], **mark}
    values = table[columns].to_dict("records")
    return {"data": {"values": values}, "mark": {"type": "line", **mark}, "encoding": encoding}


def band(table: pd.DataFrame, x: Any, low: str, high: str, by: str | None) -> Layer:
    """What lies between two columns, a band for each value of the column ``by``, or one alone.

    To be laid below `lines`, whose colours and y axis it shares.

    Args:
        table: what is drawn.
        x: see `quantity`.
        low, high: names of the columns.
        by: see `lines`.
    """
    columns = [column for column in (x["field"], low, high, by) if column in table]
    encoding = {
        "x": x,
        "y": {"field": low, "type": "quantitative"},
        "y2": {"field": high},
    }
    mark = {"type": "area", "opacity": 0.2}
    if by:
        encoding["color"] = told_apart(by, dict.fromkeys(table[by]))["color"]
    else:
        mark["color"] = SERIES[0]
    return {
        "data": {"values": table[columns].to_dict("records")},
        "mark": mark,
        "encoding": encoding,
    }


def told_apart(by: str, names: Iterable[str], columns: int | None = None) -> dict[str, Any]:
    """Colour and dash for each of some names, with a legend above, of so many columns."""
    legend = {"title": None, "orient": "top", "labelLimit": WIDTH, "symbolType": "stroke"}
    legend |= {"symbolStrokeWidth": 2, "symbolSize": 300, "symbolOpacity": 1}
    legend |= {"columns": columns} if columns else {}
    ranges = {"color": SERIES, "strokeDash": DASHES}
    return {
        channel: {
            "field": by,
            "type": "nominal",
            "scale": {"domain": list(names), "range": found},
            "legend": legend,
        }
        for channel, found in ranges.items()
    }


def level(height: float, name: str, *, left: bool = False) -> list[Layer]:
    """A horizontal line to read the others against, with its name above the right or left end."""
    data = {"values": [{"level": height, "name": name}]}
    y = {"field": "level", "type": "quantitative"}
    label = {"type": "text", "align": "left" if left else "right", "dx": 3 if left else 0, "dy": -6}
    x = {"value": 0 if left else "width"}
    text = {"field": "name", "type": "nominal"}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "strokeDash": [4, 3], "color": TEXT},
            "encoding": {"y": y},
        },
        {
            "data": data,
            "mark": {**label, "color": TEXT, "fontSize": 11},
            "encoding": {"x": x, "y": y, "text": text},
        },
    ]
