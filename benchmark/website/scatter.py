"""Quality against cost: where the picture of a leaderboard has its variants, its ticks and its names.

Both axes are logarithmic where all that is shown is positive. Geometry alone; the template draws.
"""

import math
from dataclasses import dataclass
from typing import Any

from benchmark.website.charts import Axis, short
from benchmark.website.display import number

WIDTH, HEIGHT = 680, 400
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 40  # margins, for the names of ticks and axes
LETTER, LINE = 6.3, 12  # of a name, about, in pixels
GAP = 7  # between a dot and its name
COSTS = {
    "seconds": "seconds of training, mean over seeds",
    "parameters": "parameters",
    "multiply_adds_per_sample": "multiply-adds for one sample",
}


@dataclass(frozen=True)
class Box:
    """A rectangle on the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


PLANE = Box(LEFT, TOP, WIDTH, HEIGHT - BOTTOM)


def plot(leaderboard: dict[str, Any], cost: str) -> dict[str, Any] | None:
    """Where the variants of a leaderboard are, by their headline metric and what they cost.

    Args:
        leaderboard: see `leaderboards.build_leaderboard`.
        cost: one of `COSTS`.

    Returns:
        ``dots``, each with ``variant``, ``family``, ``kind``, ``x``, ``y``, the ends of its
        interval ``low`` and ``high`` (None without), ``label`` (``x``, ``y`` and ``anchor``, None
        where there is no room), ``healthy`` and ``said``; ``across`` and ``up``, ticks; ``lines``,
        references to read dots against; and ``title``. None without a dot.
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
    ends = [
        row[f"{metric}_{end}"]
        for row in rows
        for end in ("mean", "low", "high")
        if math.isfinite(row[f"{metric}_{end}"])
    ]
    across = Axis((row[cost] for row in rows), LEFT, WIDTH - RIGHT, logarithmic=True)
    up = Axis(ends, HEIGHT - BOTTOM, TOP, logarithmic=min(ends) > 0)
    dots = [dot(row, metric, cost, across, up) for row in rows]
    lines = [
        {"variant": row["variant"], "y": up(row[f"{metric}_mean"])}
        for row in held_out
        if row.get(f"{metric}_mean", math.nan) in up
    ]
    taken = [Box(d["x"] - 5, d["y"] - 5, d["x"] + 5, d["y"] + 5) for d in dots]
    for own in dots:  # the best first
        own["label"] = label(own, taken)
    return {
        "cost": cost,
        "title": COSTS[cost],
        "dots": dots,
        "lines": lines,
        "across": across.ticks(),
        "up": up.ticks(),
    }


def dot(row: dict[str, Any], metric: str, cost: str, across: Axis, up: Axis) -> dict[str, Any]:
    """One variant: its place, its interval, and what is said of it."""
    low, high = row[f"{metric}_low"], row[f"{metric}_high"]
    known = math.isfinite(low) and math.isfinite(high)
    interval = f", 95 % interval {number(low, 2)} to {number(high, 2)}" if known else ""
    healthy = next(iter(row["verdicts"]), None)
    return {
        "variant": row["variant"],
        "family": row["family"],
        "kind": row["kind"],
        "x": across(row[cost]),
        "y": up(row[f"{metric}_mean"]),
        "low": up(low) if known else None,
        "high": up(high) if known else None,
        "healthy": healthy == "healthy",
        "said": f"{row['variant']}: {number(row[f'{metric}_mean'], 2)}{interval};"
        f" {short(round(row[cost], 1))} {cost.replace('_', ' ')}; {healthy}",
    }


def label(own: dict[str, Any], taken: list[Box]) -> dict[str, Any] | None:
    """Beside, above or below a dot, wherever nothing is yet; what it takes is taken then."""
    width = LETTER * len(own["variant"])
    for anchor, x, y in (
        ("start", own["x"] + GAP, own["y"] + 4),
        ("end", own["x"] - GAP, own["y"] + 4),
        ("middle", own["x"], own["y"] - GAP - 1),
        ("middle", own["x"], own["y"] + GAP + LINE - 2),
    ):
        left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
        box = Box(left, y - LINE + 2, left + width, y + 2)
        inside = PLANE.left <= box.left and PLANE.top <= box.top
        inside &= box.right <= PLANE.right and box.bottom <= PLANE.bottom
        if inside and not any(box.meets(other) for other in taken):
            taken.append(box)
            return {"x": round(x, 1), "y": round(y, 1), "anchor": anchor}
    return None
