"""Variants across data sets: the rows of results/across.csv, and their profiles."""

from itertools import pairwise
from typing import Any

import pandas as pd

from benchmark.reporting.across import THRESHOLDS
from benchmark.website.display import Scale
from benchmark.website.leaderboards import TITLES

HEIGHT = 20  # of a profile, which is 100 wide
RIGHT_END = 1.2  # of the scale, on which real data have 1


def build_groups(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Group the rows of results/across.csv by their data sets and their condition.

    Returns:
        ``datasets``, ``title`` (of the condition, empty where all rows of the data sets have the
        same), ``rows`` (column -> value, and ``profile``: a path of SVG) and the ``scale``
        of their intervals.
    """
    conditions = table.groupby("datasets")["condition"].nunique()
    return [
        {
            "datasets": str(datasets).split("+"),
            "title": TITLES.get(condition, condition) if conditions[datasets] > 1 else "",
            "rows": [row | {"profile": draw_profile(row)} for row in rows.to_dict("records")],
            "scale": Scale(0, max(RIGHT_END, rows["high"].max()), log=False),
        }
        for (datasets, condition), rows in table.groupby(["datasets", "condition"], sort=False)
    ]


def draw_profile(row: dict[str, Any]) -> str:
    """Draw the share of runs that reach a bar, over the bar from 0 to 1, as steps."""
    shares = [row[f"at_{bar:.2f}"] for bar in THRESHOLDS]
    steps = [f"M0 {place_share(shares[0])}"]
    for bar, (share, following) in zip(THRESHOLDS, pairwise([*shares, shares[-1]]), strict=True):
        rise = f"V{place_share(following)}" if following != share else ""
        steps.append(f"H{100 * bar:g}{rise}")
    return "".join(steps)


def place_share(share: float) -> str:
    """Place a share of runs, in pixels from the top."""
    return f"{HEIGHT * (1 - share):.4g}"
