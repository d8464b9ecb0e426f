"""Studies: rows across data sets that together answer one question."""

from typing import Any

import pandas as pd

from benchmark.config import Study


def build_study(
    name: str, study: Study, leaderboards: list[dict[str, Any]], comparisons: pd.DataFrame
) -> dict[str, Any]:
    """Build the table of a study: its variants by its data sets, the baseline first.

    Args:
        name: of its page.
        study: its section of params.yaml; the variant of its first row is the baseline.
        leaderboards: see `leaderboards.build_leaderboard`.
        comparisons: results/comparisons.csv.

    Returns:
        ``name``, ``title``, ``question`` and ``baseline``; ``groups``: of each data set its
        ``leaderboard`` and the ``counts`` of variants that are better, worse or open; ``variants``:
        of each its ``name`` and its ``entries``, one a group, see `build_entry`; ``missing``:
        rows without results.
    """
    rows = {row: tuple(row.split("-", 1)) for row in study.rows}
    by_dataset = {leaderboard["dataset"]: leaderboard for leaderboard in leaderboards}
    scored = {
        (dataset, row["variant"]): (row, group)
        for dataset, leaderboard in by_dataset.items()
        for group in leaderboard["groups"]
        for row in group["trained"]
    }
    baseline = rows[study.rows[0]][1]
    present = [place for place in rows.values() if place in scored]
    groups: list[dict[str, Any]] = []
    columns = []
    for dataset in dict.fromkeys(dataset for dataset, _ in present):
        leaderboard = by_dataset[dataset]
        column = {
            variant: build_entry(*scored[dataset, variant], baseline, comparisons)
            for place, variant in present
            if place == dataset
        }
        verdicts = [entry["verdict"] for entry in column.values()]
        counts = {verdict: verdicts.count(verdict) for verdict in ("better", "worse", "open")}
        groups.append(
            {"leaderboard": leaderboard, "counts": counts, "has_baseline": baseline in column}
        )
        columns.append(column)
    variants = dict.fromkeys(variant for _, variant in present)
    return {
        "name": name,
        "title": study.title,
        "question": study.question,
        "baseline": baseline,
        "groups": groups,
        "variants": [
            {"name": variant, "entries": [column.get(variant) for column in columns]}
            for variant in sorted(variants, key=lambda variant: variant != baseline)
        ],
        "missing": [row for row, place in rows.items() if place not in scored],
    }


def build_entry(
    row: dict[str, Any], leaderboard: dict[str, Any], baseline: str, comparisons: pd.DataFrame
) -> dict[str, Any]:
    """Build the entry of a variant on a data set.

    Args:
        row: of the leaderboard.
        leaderboard: the group of a leaderboard that has the row.
        baseline: the variant to compare with.
        comparisons: results/comparisons.csv.

    Returns:
        ``row`` and ``leaderboard``; ``is_comparable``: whether the baseline is on the same
        leaderboard, and so has the same condition; ``difference``: mean, low and high of its
        headline metric minus that of the baseline, None without a comparison; ``verdict``: better
        or worse if the interval of the difference leaves out 0, else open; None without a
        comparison.
    """
    difference = find_difference(
        comparisons, leaderboard["dataset"], leaderboard["name"], row["variant"], baseline
    )
    verdict = None
    if difference is not None:
        _, low, high = difference
        higher = bool(leaderboard["higher"][leaderboard["headline"]])
        verdict = "open" if not low * high > 0 else "better" if (low > 0) == higher else "worse"
    is_comparable = any(other["variant"] == baseline for other in leaderboard["trained"])
    entry = {"row": row, "leaderboard": leaderboard, "is_comparable": is_comparable}
    return entry | {"difference": difference, "verdict": verdict}


def find_difference(
    comparisons: pd.DataFrame, dataset: str, track: str, variant: str, baseline: str
) -> tuple[float, float, float] | None:
    """Find how much higher a variant is than the baseline, with the interval."""
    pairs = comparisons[(comparisons["dataset"] == dataset) & (comparisons["track"] == track)]
    for first, second, sign in ((variant, baseline, 1), (baseline, variant, -1)):
        pair = pairs[(pairs["first"] == first) & (pairs["second"] == second)]
        if len(pair):
            difference, low, high = (
                float(pair.iloc[0][key]) for key in ("difference", "low", "high")
            )
            low, high = sorted((sign * low, sign * high))
            return sign * difference, low, high
    return None
