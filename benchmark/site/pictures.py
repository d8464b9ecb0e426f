"""Pictures of the site: samples laid out as PNG, curves as SVG in a light and a dark palette."""

import math
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert
from PIL import Image

COLUMNS = 16  # samples in a row of the pictures that evaluate and references write
STRIP = 8  # samples in a row of the leaderboard
SIDE = 32  # pixels that a sample is enlarged to, at least

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


def tiles(path: Path) -> np.ndarray:
    """The square samples of a picture with ``COLUMNS`` to a row, uint8 ``(n, h, w, channels)``."""
    with Image.open(path) as picture:
        return split(picture, COLUMNS)


def split(picture: Image.Image, columns: int) -> np.ndarray:
    """The square samples of a picture, so many to a row, uint8 ``(n, h, w, channels)``."""
    pixels = np.asarray(picture if picture.mode in ("L", "RGB") else picture.convert("RGB"))
    side = pixels.shape[1] // columns
    rows = pixels.shape[0] // side
    parts = pixels.reshape(rows, side, columns, side, -1).swapaxes(1, 2)
    return parts.reshape(rows * columns, side, side, -1)


def sheet(samples: np.ndarray, columns: int, *, side: int = SIDE) -> Image.Image:
    """Samples ``(n, h, w, channels)`` side by side, enlarged without smoothing, a gap between.

    Each is enlarged by a whole number, to ``side`` pixels or more.
    """
    scale = math.ceil(side / samples.shape[1])
    samples = samples.repeat(scale, axis=1).repeat(scale, axis=2)
    n, height, width, channels = samples.shape
    gap, rows = 2, math.ceil(n / columns)
    canvas = np.zeros(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels + 1), dtype=np.uint8
    )
    for index, sample in enumerate(samples):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        canvas[top : top + height, left : left + width, :-1] = sample
        canvas[top : top + height, left : left + width, -1] = 255  # the gaps stay transparent
    return Image.fromarray(canvas, mode={2: "LA", 4: "RGBA"}[channels + 1])


def moments(path: Path, columns: int = 10) -> tuple[list[int], Image.Image] | None:
    """Snapshots of a training run: a row a moment, a column a latent; None if there are none.

    Of clips, a row has every other frame of the first one.

    Returns:
        The images seen at each moment, and the picture.
    """
    with np.load(path) as file:
        seen, images = file["images_seen"], file["images"]
    if not len(seen):
        return None
    if images.ndim == 6:
        images = images[:, 0, :, ::2].swapaxes(1, 2)
    chosen = images[:, :columns].transpose(0, 1, 3, 4, 2)
    return seen.tolist(), sheet(chosen.reshape(-1, *chosen.shape[2:]), chosen.shape[1])


def curves(
    frame: pd.DataFrame,
    path: Path,
    *,
    y: str,
    title: str,
    term: str | None = None,
    log: bool = False,
    level: float | None = None,
    level_name: str = "",
    unit: str = "images",
) -> bool:
    """Lines over what was seen, one a seed and term, as ``<path>-light.svg`` and ``-dark.svg``.

    Args:
        frame: columns ``images``, ``seed``, ``y`` and ``term``.
        path: without the ending.
        y: the column that is drawn; what is not finite, or not positive on a logarithmic axis, is
            left out.
        title: of the y axis.
        term: the column that colour and dash tell apart.
        log: logarithmic y axis.
        level: a horizontal line to read the others against.
        level_name: its label.
        unit: what was seen.

    Returns:
        Whether there was anything to draw.
    """
    frame = frame[
        np.isfinite(frame[y].astype(float)) & (~pd.Series(log, frame.index) | (frame[y] > 0))
    ]
    if frame.empty:
        return False
    chart: Any = _lines(frame, y, title, term, log, unit)
    if level is not None and math.isfinite(level) and (level > 0 or not log):
        chart = chart + _level(level, level_name)
    chart = styled(chart.properties(width=330, height=200, background="transparent"))
    points = frame[["images", "seed", y, *([term] if term else [])]].to_dict("records")
    # the points go past Altair, whose check of every single one takes most of the time
    svg = vl_convert.vegalite_to_svg(
        chart.to_dict(validate=False) | {"datasets": {"points": points}}
    )
    path.with_name(f"{path.name}-light.svg").write_text(svg)
    for light, dark in DARK.items():
        svg = svg.replace(light, dark)
    path.with_name(f"{path.name}-dark.svg").write_text(svg)
    return True


def _lines(
    frame: pd.DataFrame, y: str, title: str, term: str | None, log: bool, unit: str
) -> alt.Chart:
    encoding: dict[str, Any] = {
        "x": alt.X("images:Q", title=f"{unit} seen", axis=alt.Axis(format="~s", tickCount=5)),
        "y": alt.Y(
            f"{y}:Q",
            title=title,
            scale=alt.Scale(type="log") if log else alt.Scale(zero=False),
            axis=alt.Axis(tickCount=5, format="~g"),
        ),
        "detail": "seed:N",
    }
    if term:
        # no order but the one of the loss: the first term keeps the first colour
        terms = list(dict.fromkeys(frame[term]))
        legend = alt.Legend(title=None, orient="top", symbolStrokeWidth=2, symbolSize=300)
        encoding["color"] = alt.Color(
            f"{term}:N", scale=alt.Scale(domain=terms, range=SERIES), legend=legend
        )
        encoding["strokeDash"] = alt.StrokeDash(
            f"{term}:N", scale=alt.Scale(domain=terms, range=DASHES), legend=legend
        )
        mark: dict[str, Any] = {"strokeWidth": 1.1, "opacity": 0.85}
    else:
        mark = {"strokeWidth": 1.3, "opacity": 0.85, "color": SERIES[0]}
    columns = ["images", "seed", y, *([term] if term else [])]
    return (
        alt.Chart(alt.Data(values=frame[columns].to_dict("records")))
        .mark_line(**mark)
        .encode(**encoding)
    )


def _level(level: float, name: str) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=[{"level": level, "name": name}]))
    rule = base.mark_rule(strokeDash=[4, 3], color=TEXT).encode(y="level:Q")
    label = base.mark_text(align="right", dy=-6, color=TEXT, fontSize=11).encode(
        y="level:Q", x=alt.value("width"), text="name:N"
    )
    return rule + label


def styled(chart: Any) -> Any:
    """The chart in the fonts and colours of the site."""
    return (
        chart.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=TEXT,
            titleColor=TEXT,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=11,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=TEXT, titleColor=TEXT, labelFontSize=12)
    )
