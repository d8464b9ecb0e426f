"""Variants over the data sets that they share: rows of results/across.csv, and their drawings."""

from itertools import pairwise
from typing import Any

import pandas as pd

from benchmark.reporting.across import THRESHOLDS
from benchmark.website.display import Scale

HEIGHT = 20  # of a profile, which is 100 wide
MOST = 1.2  # the right end of the scale, where real data have 1


def groups(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The tables of the page, each of variants that stand on the same data sets.

    Args:
        table: results/across.csv.

    Returns:
        ``datasets``, ``rows`` (a column's name -> its value, ``profile``: a path of SVG) and the
        ``scale`` of their intervals.
    """
    return [
        {
            "datasets": str(datasets).split("+"),
            "rows": [row | {"profile": profile(row)} for row in own.to_dict("records")],
            "scale": Scale(0, max(MOST, own["high"].max()), log=False),
        }
        for datasets, own in table.groupby("datasets", sort=False)
    ]


def profile(row: dict[str, Any]) -> str:
    """The share of runs that reach a bar, over the bar from 0 to 1, as steps."""
    shares = [row[f"at_{bar:.2f}"] for bar in THRESHOLDS]
    steps = [f"M0 {height(shares[0])}"]
    for bar, (share, following) in zip(THRESHOLDS, pairwise([*shares, shares[-1]]), strict=True):
        steps.append(f"H{100 * bar:g}" + (f"V{height(following)}" if following != share else ""))
    return "".join(steps)


def height(share: float) -> str:
    """Where a share of runs is, in pixels from above."""
    return f"{HEIGHT * (1 - share):.4g}"
