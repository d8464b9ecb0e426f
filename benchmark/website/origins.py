"""Where the rows of a leaderboard come from: made here, or recorded."""

from collections.abc import Iterable
from typing import Any

from benchmark.common.fingerprints import read_settings
from benchmark.config import Run
from benchmark.records import outputs
from benchmark.records.restore import list_outdated
from benchmark.records.schema import read_record


def describe_origins(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Describe the origins of the trained rows of a leaderboard.

    Args:
        rows: of each its ``variant`` and its ``runs``.

    Returns:
        Lists of variants: ``here`` with the present code and settings, ``outdated`` with earlier
        ones, ``recorded``, and of these ``changed``, whose settings in params.yaml are now others.
        ``first`` and ``last`` are the dates of training. ``marked`` is the shorter of the lists of
        rows made here and of recorded rows.
    """
    origins: dict[str, Any] = {"here": [], "outdated": [], "recorded": [], "changed": []}
    dates = []
    for row in rows:
        runs: list[Run] = row["runs"]
        dates += [outputs.read_training(run)["date"][:10] for run in runs]
        if not runs[0].is_recorded:
            origins["outdated" if list_outdated(runs) else "here"].append(row["variant"])
            continue
        origins["recorded"].append(row["variant"])
        settings = read_settings(runs[0].row)
        if settings is not None and read_record(runs[0]).settings != settings:
            origins["changed"].append(row["variant"])
    marked = min(origins["recorded"], [*origins["here"], *origins["outdated"]], key=len)
    ends = {"first": min(dates, default=None), "last": max(dates, default=None)}
    return origins | ends | {"marked": marked}
