"""Find the best trick of a data set, the worst one, and how many are open."""

import math
from collections.abc import Sequence
from typing import Any

from benchmark import tracks

Row = dict[str, Any]


def summarise_verdicts(rows: Sequence[Row]) -> dict[str, Any]:
    """Summarise the verdicts on the tricks of a data set.

    A trick with diverged runs is not the best one: its score is that of the runs that are left.

    Args:
        rows: of results/tricks.csv, those of the data set.

    Returns:
        ``best``: the row with the largest improvement among those that hold, ``worst``: that with
        the largest harm among those that fail (None without such a row); ``tested``: the number of
        rows that are not missing; ``better``, ``worse``, ``open``, ``short``: how many of these
        hold, fail, have no evidence and have too few seeds; ``diverged``: rows with diverged runs.
    """
    verdicts = [row["verdict"] for row in rows if row["verdict"] != "missing"]
    better = [row for row in rows if row["verdict"] == "holds" and not row["diverged"]]
    worse = [row for row in rows if row["verdict"] == "fails"]
    return {
        "best": max(better, key=lambda row: row["improvement"], default=None),
        "worst": min(worse, key=lambda row: row["improvement"], default=None),
        "tested": len(verdicts),
        "better": verdicts.count("holds"),
        "worse": verdicts.count("fails"),
        "open": verdicts.count("no evidence"),
        "short": verdicts.count("too few seeds"),
        "diverged": [row for row in rows if row["diverged"]],
    }


def scale_interval(row: Row) -> tuple[float, float]:
    """Scale the interval of a difference to the mean of the base, so that positive is better.

    Args:
        row: of results/tricks.csv.

    Returns:
        The worse and the better end; NaN without an interval.
    """
    sign = 1 if tracks.metric_directions()[row["metric"]] else -1
    mean = sign * abs(row["base_mean"]) or math.nan
    low, high = row["low"] / mean, row["high"] / mean
    return (low, high) if sign > 0 else (high, low)


def measure_size(row: Row) -> tuple[float, float, float]:
    """Measure the size of a significant difference, relative to the mean of the base.

    Args:
        row: of results/tricks.csv that holds or fails: its interval has one sign.

    Returns:
        The size, and the lower and the upper end of its interval, all positive.
    """
    least, most = sorted(map(abs, scale_interval(row)))
    return abs(row["improvement"]), least, most


def format_share(value: float, *, is_signed: bool = False) -> str:
    """Format a share in per cent, without the unit; with a decimal below 10, a dash if missing.

    Args:
        value: the share; 1 is 100 %.
        is_signed: whether a positive share has a plus.
    """
    if not math.isfinite(value):
        return "–"
    per_cent = 100 * value
    sign = "+" if is_signed else "-"
    return f"{per_cent:{sign}.{0 if abs(per_cent) >= 10 else 1}f}".replace("-", "−")
