"""Geometry of the charts, in pixels: lines, bands, dots and ticks.

The template `_charts.md` draws them as SVG in the page, and the style sheet gives them the colours
of either palette.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

WIDTH, HEIGHT = 380, 250
LEFT, TOP, RIGHT, BOTTOM = 48, 10, 370, 210  # of the area between the axes
MARGIN = 0.06  # of an axis, beyond the least and the largest value
COLOURS = 4
# of a label: the width of a letter, the line before its name, and the distance of two labels
LETTER, SWATCH, ROW = 5.8, 14, 12


class Axis:
    """Maps values to pixels.

    Args:
        values: finite ones, at least one; positive ones if logarithmic.
        start, end: the pixels of the least and of the largest value, without the margin.
        logarithmic: whether equal ratios are equally far apart.
        margin: left free at either end, a share of the axis.
    """

    def __init__(
        self,
        values: Iterable[float],
        start: float,
        end: float,
        *,
        logarithmic: bool = False,
        margin: float = MARGIN,
    ) -> None:
        numbers = list(values)
        self.logarithmic = logarithmic
        low, high = self.scale(min(numbers)), self.scale(max(numbers))
        free = margin * (high - low) if high > low else 0.5
        self.low, self.high = low - free, high + free
        self.start, self.end = start, end

    def scale(self, value: float) -> float:
        """Take the logarithm of a value if the axis is logarithmic."""
        return math.log10(value) if self.logarithmic else value

    def __call__(self, value: float) -> float:
        """Place a value, in pixels."""
        share = (self.scale(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def __contains__(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        is_valid = math.isfinite(value) and (value > 0 or not self.logarithmic)
        return is_valid and self.low <= self.scale(value) <= self.high

    def ticks(self) -> list[tuple[float, str]]:
        """Choose round values, with their pixels: 1, 2 and 5 times powers of ten if logarithmic."""
        values = self.round_values() if self.logarithmic else []
        if len(values) < 2:  # within so small a ratio, a linear axis looks the same
            low, high = (10**end if self.logarithmic else end for end in (self.low, self.high))
            values = even_values(low, high)
        return [(self(value), format_short(value)) for value in values if value in self]

    def round_values(self) -> list[float]:
        """Choose powers of ten, and on a short axis 2 and 5 times each."""
        first, last = math.floor(self.low), math.ceil(self.high)
        powers = range(first, last + 1, max(1, (last - first) // 8))
        steps = (1, 2, 5) if self.high - self.low < 3 else (1,)
        return [
            value for power in powers for step in steps if (value := step * 10.0**power) in self
        ]


def even_values(low: float, high: float) -> list[float]:
    """Choose about five round values, equally far apart."""
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * by for by in (1, 2, 5, 10) if size * by >= rough)
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def format_short(value: float) -> str:
    """Format a number, such as 0.5, −20, 3 k or 1.2 M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g} {letter}".replace("-", "−")
    return f"{value:.6g}".replace("-", "−")


@dataclass(frozen=True)
class Line:
    """A line of a chart, with its band and dots.

    Attributes:
        name: in the legend.
        points: x and y, finite; positive where an axis is logarithmic.
        band: x and the lower and upper end of the band about the line, likewise.
        dots: x and y of single points, likewise.
        look: ``series`` has a colour; ``muted`` is grey, behind the others, and has no label;
            ``reference`` is grey and dashed.
    """

    name: str
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float, float]] = ()
    dots: Sequence[tuple[float, float]] = ()
    look: Literal["series", "muted", "reference"] = "series"


@dataclass(frozen=True)
class Level:
    """A horizontal line to compare with, and its name above one of its ends."""

    height: float
    name: str
    left: bool = False


@dataclass(frozen=True)
class Mark:
    """A vertical line, and its name at the upper end."""

    place: float
    name: str


def plot(
    lines: Sequence[Line],
    *,
    across: str,
    up: str,
    logarithmic: str = "",
    limits: tuple[float, float] | None = None,
    level: Level | None = None,
    mark: Mark | None = None,
    places: Sequence[float] = (),
    has_labels: bool = False,
) -> dict[str, Any] | None:
    """Place every part of a chart.

    Args:
        lines: in the order of their colours.
        across, up: titles of the axes.
        logarithmic: the axes that are, ``x``, ``y`` or ``xy``.
        limits: of the y axis, where it does not follow the lines; lines beyond are cut off.
        level: is drawn if it lies on the y axis.
        mark: is drawn if it lies on the x axis.
        places: of the ticks of the x axis; without any, round values.
        has_labels: whether names stand at the ends of lines, in place of a legend.

    Returns:
        ``lines``, each with ``name``, ``look``, ``series`` (the number of its colour, or its look),
        ``path``, ``band`` (of SVG, empty without one) and ``dots``; ``labels`` (``x``, ``y``,
        ``name`` and ``series``);
        ``ticks`` (``across``, ``up``), ``titles`` (likewise) and ``level`` (``y``, ``name``,
        ``left``, or None) and ``mark`` (``x``, ``name``, or None); None without a point.
    """
    points = [point for line in lines for point in (*line.points, *line.dots)]
    if not points:
        return None
    heights = [y for _, y in points] + [y for line in lines for _, *ends in line.band for y in ends]
    if level and math.isfinite(level.height) and (level.height > 0 or "y" not in logarithmic):
        heights.append(level.height)
    named = [line for line in lines if has_labels and line.look != "muted"]
    room = max((LETTER * (len(line.name) + 2) + SWATCH for line in named), default=0)
    x_axis = Axis(
        (x for x, _ in points),
        LEFT,
        RIGHT - room,
        logarithmic="x" in logarithmic,
        margin=MARGIN if any(line.dots for line in lines) else 0,  # no dot is cut off
    )
    y_axis = Axis(
        limits or heights,
        BOTTOM,
        TOP,
        logarithmic="y" in logarithmic,
        margin=0 if limits else MARGIN,
    )
    return {
        "lines": [
            {
                "name": line.name,
                "look": line.look,
                "series": find_series(lines, line),
                "path": path((x_axis(x), y_axis(y)) for x, y in line.points),
                "band": outline(line.band, x_axis, y_axis),
                "dots": [(x_axis(x), y_axis(y)) for x, y in line.dots],
            }
            for line in lines
        ],
        "labels": place_labels(lines, x_axis, y_axis) if has_labels else [],
        "ticks": {
            "across": [(x_axis(at), format_short(at)) for at in places] or x_axis.ticks(),
            "up": y_axis.ticks(),
        },
        "titles": {"across": across, "up": up},
        "level": None
        if level is None or level.height not in y_axis
        else {"y": y_axis(level.height), "name": level.name, "left": level.left},
        "mark": None
        if mark is None or mark.place not in x_axis
        else {"x": x_axis(mark.place), "name": mark.name},
    }


def find_series(lines: Sequence[Line], line: Line) -> int | str:
    """Find the number of the colour of a line, among those with a colour; else its look."""
    if line.look != "series":
        return line.look
    return [other for other in lines if other.look == "series"].index(line) % COLOURS


def place_labels(lines: Sequence[Line], x_axis: Axis, y_axis: Axis) -> list[dict[str, Any]]:
    """Place the names of lines that are not muted right of their ends, without overlap."""
    ends = []
    for line in lines:
        points = line.points or line.dots
        if points and line.look != "muted":
            x, y = points[-1]
            ends.append((y_axis(y), x_axis(x) + LETTER, line.name, find_series(lines, line)))
    ends.sort(key=lambda end: end[0])
    highest = TOP + ROW / 2
    labels = []
    for place, (height, x, name, series) in enumerate(ends):
        lowest = BOTTOM - ROW / 2 - ROW * (len(ends) - 1 - place)  # the others are below
        height = min(max(height, highest), lowest)
        labels.append({"x": round(x, 1), "y": round(height, 1), "name": name, "series": series})
        highest = height + ROW
    return labels


def path(points: Iterable[tuple[float, float]]) -> str:
    """Join points in pixels to a path of SVG; empty without one."""
    joined = "L".join(f"{x:g} {y:g}" for x, y in points)
    return joined and f"M{joined}"


def outline(ends: Sequence[tuple[float, float, float]], x_axis: Axis, y_axis: Axis) -> str:
    """Outline a band as a path of SVG; empty without one."""
    if not ends:
        return ""
    upper = [(x_axis(x), y_axis(high)) for x, _, high in ends]
    lower = [(x_axis(x), y_axis(low)) for x, low, _ in reversed(ends)]
    return path([*upper, *lower]) + "Z"
