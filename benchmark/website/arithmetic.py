"""The cost of the portable arithmetic over whole leaderboards, for the page on reproduction."""

from collections.abc import Iterable, Mapping
from typing import Any

TYPICAL = "dcgan"  # whose ratio stands for rows of its data set that are not measured


def weigh_cost(
    ratios: Mapping[str, float], rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Weigh the ratios of measured rows by the seconds that each row of a leaderboard trains.

    Args:
        ratios: row, such as digits-dcgan -> seconds with the portable arithmetic, divided by those
            with the kernels that the libraries choose.
        rows: of leaderboard.csv; reference rows have no seconds.

    Returns:
        ``datasets`` whose `TYPICAL` row is measured, and the ``ratio`` of their seconds in all;
        None without a row.
    """
    before = after = 0.0
    datasets: dict[str, None] = {}
    for row in rows:
        dataset, variant, seconds = row["dataset"], row["variant"], row["seconds"] * row["seeds"]
        ratio = ratios.get(f"{dataset}-{variant}", ratios.get(f"{dataset}-{TYPICAL}"))
        if ratio is None or not seconds > 0:
            continue
        datasets[dataset] = None
        after += seconds
        before += seconds / ratio
    return {"datasets": list(datasets), "ratio": after / before} if before else None
