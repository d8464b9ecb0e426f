"""Geometry of the plot of quality against cost: variants, ticks and names.

Both axes are logarithmic where all values are positive. The template `_scatter.md` draws it.
"""

import math
from dataclasses import dataclass
from typing import Any

from benchmark.website.charts import Axis, format_short
from benchmark.website.display import number

WIDTH, HEIGHT = 680, 400
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 40  # margins, for the names of ticks and axes
LETTER, LINE = 6.3, 12  # approximate width and height of a letter, in pixels
GAP = 7  # between a dot and its name
RADIUS = 5  # of a dot, with its margin
COSTS = {
    "seconds": "seconds of training, mean over seeds",
    "parameters": "parameters",
    "multiply_adds_per_sample": "multiply-adds for one sample",
}


@dataclass(frozen=True)
class Box:
    """A rectangle of the plot, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two rectangles overlap."""
        overlap_in_x = self.left < other.right and other.left < self.right
        return overlap_in_x and self.top < other.bottom and other.top < self.bottom


PLANE = Box(LEFT, TOP, WIDTH, HEIGHT - BOTTOM)


def plot(leaderboard: dict[str, Any], cost: str) -> dict[str, Any] | None:
    """Place the variants of a leaderboard by their headline metric and their cost.

    Args:
        leaderboard: see `leaderboards.build_leaderboard`.
        cost: one of `COSTS`.

    Returns:
        ``dots``, each with ``variant``, ``family``, ``kind``, ``x``, ``y``, the ends of its
        interval ``low`` and ``high`` (None without), ``label`` (``x``, ``y`` and ``anchor``, None
        where there is no room), ``healthy`` and ``description``; ``x_axis`` and ``y_axis``, ticks;
        ``lines``, references to compare with; and ``title``. None without a dot.
    """
    metric = leaderboard["headline"]
    rows = [
        row
        for row in leaderboard["trained"]
        if math.isfinite(row[f"{metric}_mean"]) and math.isfinite(row[cost]) and row[cost] > 0
    ]
    if not rows:
        return None
    held_out = [row for row in leaderboard["references"] if row["variant"] == "held_out"]
    logarithmic = all(row[f"{metric}_mean"] > 0 for row in rows)
    ends = [
        row[f"{metric}_{end}"]
        for row in rows
        for end in ("mean", "low", "high")
        if math.isfinite(row[f"{metric}_{end}"])
    ]
    # the interval of a positive score may reach below 0
    ends = [end for end in ends if end > 0 or not logarithmic]
    x_axis = Axis((row[cost] for row in rows), LEFT, WIDTH - RIGHT, logarithmic=True)
    y_axis = Axis(ends, HEIGHT - BOTTOM, TOP, logarithmic=logarithmic)
    dots = [place_dot(row, metric, cost, x_axis, y_axis) for row in rows]
    lines = [
        {"variant": row["variant"], "y": y_axis(row[f"{metric}_mean"])}
        for row in held_out
        if row.get(f"{metric}_mean", math.nan) in y_axis
    ]
    occupied = [
        Box(dot["x"] - RADIUS, dot["y"] - RADIUS, dot["x"] + RADIUS, dot["y"] + RADIUS)
        for dot in dots
    ]
    for dot in dots:  # the best first
        dot["label"] = place_label(dot, occupied)
    return {
        "cost": cost,
        "title": COSTS[cost],
        "dots": dots,
        "lines": lines,
        "x_axis": x_axis.ticks(),
        "y_axis": y_axis.ticks(),
    }


def place_dot(
    row: dict[str, Any], metric: str, cost: str, x_axis: Axis, y_axis: Axis
) -> dict[str, Any]:
    """Place the dot and the interval of a variant, and describe it in words."""
    low, high = row[f"{metric}_low"], row[f"{metric}_high"]
    has_interval = math.isfinite(low) and math.isfinite(high)
    interval = f", 95 % interval {number(low, 2)} to {number(high, 2)}" if has_interval else ""
    healthy = next(iter(row["verdicts"]), None)
    return {
        "variant": row["variant"],
        "family": row["family"],
        "kind": row["kind"],
        "x": x_axis(row[cost]),
        "y": y_axis(row[f"{metric}_mean"]),
        "low": y_axis(low) if low in y_axis else HEIGHT - BOTTOM if has_interval else None,
        "high": y_axis(high) if has_interval else None,
        "healthy": healthy == "healthy",
        "description": f"{row['variant']}: {number(row[f'{metric}_mean'], 2)}{interval};"
        f" {format_short(round(row[cost], 1))} {cost.replace('_', ' ')}; {healthy}",
    }


def place_label(dot: dict[str, Any], occupied: list[Box]) -> dict[str, Any] | None:
    """Place a name left or right of, above or below its dot, and add its box to ``occupied``."""
    width = LETTER * len(dot["variant"])
    for anchor, x, y in (
        ("start", dot["x"] + GAP, dot["y"] + 4),
        ("end", dot["x"] - GAP, dot["y"] + 4),
        ("middle", dot["x"], dot["y"] - GAP - 1),
        ("middle", dot["x"], dot["y"] + GAP + LINE - 2),
    ):
        left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
        box = Box(left, y - LINE + 2, left + width, y + 2)
        inside = PLANE.left <= box.left and PLANE.top <= box.top
        inside &= box.right <= PLANE.right and box.bottom <= PLANE.bottom
        if inside and not any(box.overlaps(other) for other in occupied):
            occupied.append(box)
            return {"x": round(x, 1), "y": round(y, 1), "anchor": anchor}
    return None
