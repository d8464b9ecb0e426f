"""The forest plot of tricks: the difference of each from the base, with its interval."""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from benchmark.reporting.tricks_findings import format_share
from benchmark.website.charts import Axis

WIDTH, LEFT, RIGHT, TOP = 720, 290, 710, 8
ROW = 17  # height of a line
LIMITS = (0.25, 0.5, 1.0)  # ends of the axis; longer intervals are cut off
LOOKS = {"holds": "better", "fails": "worse"}


def draw_forest(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Place the tricks of a data set below each other, with a heading for each group.

    The axis is the difference relative to the mean of the base, positive where a trick is better.

    Args:
        rows: of `tricks.build_row`, sorted by group. Rows without a score are left out.

    Returns:
        ``width``, ``height``, and ``left`` and ``top`` of the plane; ``heads``: ``y`` and
        ``group``; ``marks``: ``y``, ``x``, ``low``, ``high`` (None without an interval), ``off``
        (``left`` or ``right`` where the mean is beyond the axis, else None), ``look`` (``better``,
        ``worse`` or ``open``) and ``row``; ``ticks``: ``x`` and text, in per cent; ``zero``: the x
        of the base. None without a scored row.
    """
    scored = [row for row in rows if math.isfinite(row["improvement"])]
    if not scored:
        return None
    ends = [row[key] for row in scored for key in ("improvement", "low_share", "high_share")]
    largest = max(abs(end) for end in ends if math.isfinite(end))
    limit = next((limit for limit in LIMITS if largest <= limit), LIMITS[-1])
    axis = Axis((-limit, limit), LEFT, RIGHT, margin=0)
    heads, marks, y = [], [], TOP
    for group, members in groupby(scored, key=lambda row: row["entry"].group):
        y += ROW
        heads.append({"y": y, "group": group})
        for row in members:
            y += ROW
            marks.append({"y": y, **place_mark(row, axis, limit)})
    ticks = [limit * share for share in (-1, -0.5, 0, 0.5, 1)]
    return {
        "width": WIDTH,
        "height": y + 2 * ROW,
        "left": LEFT,
        "top": TOP,
        "heads": heads,
        "marks": marks,
        "ticks": [
            (axis(tick), format_share(tick, is_signed=True) if tick else "0") for tick in ticks
        ],
        "zero": axis(0),
    }


def place_mark(row: dict[str, Any], axis: Axis, limit: float) -> dict[str, Any]:
    """Place the mean and the interval of a trick; see `draw_forest`."""

    def place(value: float) -> float | None:
        return axis(min(max(value, -limit), limit)) if math.isfinite(value) else None

    mean = row["improvement"]
    return {
        "x": place(mean),
        "low": place(row["low_share"]),
        "high": place(row["high_share"]),
        "off": None if abs(mean) <= limit else "right" if mean > 0 else "left",
        "look": LOOKS.get(row["verdict"], "open"),
        "row": row,
    }
