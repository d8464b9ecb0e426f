"""Charts of the pages: where on the picture lines, bands, dots and ticks are.

Geometry alone, in pixels; the template `_charts.md` draws it as SVG in the page, and the style
sheet gives it the colours of either palette.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 380, 250
LEFT, TOP, RIGHT, BOTTOM = 48, 10, 370, 210  # of what the axes enclose
MARGIN = 0.06  # of an axis, beyond the least and the largest value


class Axis:
    """From values to pixels.

    Args:
        values: finite ones, at least one; positive ones if logarithmic.
        start, end: the pixels of the least and of the largest, but for a margin.
        logarithmic: whether equal ratios are equally far apart.
        margin: what is left free at either end, a share of the axis.
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
        known = list(values)
        self.logarithmic = logarithmic
        low, high = self.scaled(min(known)), self.scaled(max(known))
        free = margin * (high - low) if high > low else 0.5
        self.low, self.high = low - free, high + free
        self.start, self.end = start, end

    def scaled(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        share = (self.scaled(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def __contains__(self, value: float) -> bool:
        """Whether a value has a place on the axis."""
        placed = math.isfinite(value) and (value > 0 or not self.logarithmic)
        return placed and self.low <= self.scaled(value) <= self.high

    def ticks(self) -> list[tuple[float, str]]:
        """Pixels and names of some round values: 1, 2 and 5 times powers of ten if logarithmic."""
        values = self.powers() if self.logarithmic else []
        if len(values) < 2:  # within so small a ratio, both kinds of axes are alike
            low, high = (10**end if self.logarithmic else end for end in (self.low, self.high))
            values = even(low, high)
        return [(self(value), short(value)) for value in values if value in self]

    def powers(self) -> list[float]:
        """Those of ten that a logarithmic axis names: not all of many, and more between few."""
        first, last = math.floor(self.low), math.ceil(self.high)
        powers = range(first, last + 1, max(1, (last - first) // 8))
        steps = (1, 2, 5) if self.high - self.low < 3 else (1,)
        return [
            value for power in powers for step in steps if (value := step * 10.0**power) in self
        ]


def even(low: float, high: float) -> list[float]:
    """About five round values, equally far apart."""
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * by for by in (1, 2, 5, 10) if size * by >= rough)
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def short(value: float) -> str:
    """Such as 0.5, −20, 3 k or 1.2 M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g} {letter}".replace("-", "−")
    return f"{value:.6g}".replace("-", "−")


@dataclass(frozen=True)
class Line:
    """What is drawn under one name.

    Attributes:
        name: in the legend.
        points: x and y, finite; positive where an axis is logarithmic.
        band: x and the two ends of what lies about the line, likewise.
        dots: x and y of single points, likewise.
    """

    name: str
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float, float]] = ()
    dots: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Level:
    """A horizontal line to read the others against, and its name above one of its ends."""

    height: float
    name: str
    left: bool = False


def plot(
    lines: Sequence[Line],
    *,
    across: str,
    up: str,
    logarithmic: str = "",
    limits: tuple[float, float] | None = None,
    level: Level | None = None,
) -> dict[str, Any] | None:
    """Where everything of a chart is.

    Args:
        lines: in the order of their colours.
        across, up: titles of the axes.
        logarithmic: those that are, ``x``, ``y`` or ``xy``.
        limits: of the y axis, where it does not follow the lines; what lies beyond is cut off.
        level: to be drawn where it has a place.

    Returns:
        ``lines``, each with ``name``, ``path``, ``band`` (of SVG, empty without one) and ``dots``;
        ``ticks`` (``across``, ``up``), ``titles`` (likewise) and ``level`` (``y``, ``name``,
        ``left``, or None); None without a point.
    """
    points = [point for line in lines for point in (*line.points, *line.dots)]
    if not points:
        return None
    heights = [y for _, y in points] + [y for line in lines for _, *ends in line.band for y in ends]
    if level and math.isfinite(level.height) and (level.height > 0 or "y" not in logarithmic):
        heights.append(level.height)
    at = Axis((x for x, _ in points), LEFT, RIGHT, logarithmic="x" in logarithmic, margin=0)
    high = Axis(
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
                "path": path((at(x), high(y)) for x, y in line.points),
                "band": band(line.band, at, high),
                "dots": [(at(x), high(y)) for x, y in line.dots],
            }
            for line in lines
        ],
        "ticks": {"across": at.ticks(), "up": high.ticks()},
        "titles": {"across": across, "up": up},
        "level": None
        if level is None or level.height not in high
        else {"y": high(level.height), "name": level.name, "left": level.left},
    }


def path(points: Iterable[tuple[float, float]]) -> str:
    """Points in pixels, joined, as SVG has it."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def band(ends: Sequence[tuple[float, float, float]], at: Axis, high: Axis) -> str:
    """The outline of what lies between two ends; empty without any."""
    if not ends:
        return ""
    there = [(at(x), high(upper)) for x, _, upper in ends]
    back = [(at(x), high(lower)) for x, lower, _ in reversed(ends)]
    return path([*there, *back]) + "Z"
