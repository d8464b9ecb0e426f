"""The findings of the home page: figures of the tables, which the template puts into sentences."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
LABELS = ("none", "labels")  # conditions of rows that train without and with the classes


def build_home(
    leaderboards: Sequence[Mapping[str, Any]],
    claims: Mapping[str, Mapping[str, Any]],
    searches: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Build the findings and the samples of the home page.

    Args:
        leaderboards: see `leaderboards.build_leaderboard`; the first one is that of the page.
        claims: claims of papers with their verdicts.
        searches: see `tuning.build_results`.

    Returns:
        ``variants``, the number of those with results; ``dataset`` and ``metric`` (the headline) of
        the first leaderboard; ``top``, ``labels``, ``modes``, ``claims`` and ``tuning``, each None
        without results that show it; ``samples``.
    """
    first = leaderboards[0]
    dataset, metric = first["dataset"], first["headline"]
    group = first["groups"][0]
    return {
        "variants": len({row["variant"] for board in leaderboards for row in board["trained"]}),
        "dataset": dataset,
        "metric": metric,
        "top": find_ties(group, metric),
        "labels": compare_labels(
            first["groups"], metric, higher=first["higher"].get(metric, False)
        ),
        "modes": next(filter(None, map(list_complete, leaderboards)), None),
        "claims": count_verdicts(claims.values()),
        "tuning": next(filter(has_factors, searches), None),
        "samples": pick_samples(group, first["references"], metric),
    }


def find_ties(group: Mapping[str, Any], metric: str) -> Row | None:
    """Find the rows of a leaderboard that no test separates from the best one.

    Args:
        group: rows with one condition; see `leaderboards.build_group`.
        metric: the headline.

    Returns:
        ``ties``: variants whose range of ranks begins at 1; ``count`` of all rows; ``best``: the
        first row; ``held_out`` and ``noise``: their scores. None where the standing is unknown.
    """
    standing = group["standing"]
    if not standing:
        return None
    rows = {row["variant"]: row for row in group["trained"]}
    return {
        "ties": [name for name, row in rows.items() if row[f"{metric}_rank_best"] == 1],
        "count": len(rows),
        "best": rows[standing["best"]["variant"]],
        "held_out": standing["held_out"],
        "noise": standing["noise"],
    }


def compare_labels(groups: Iterable[Mapping[str, Any]], metric: str, *, higher: bool) -> Row | None:
    """Compare the best rows that train with and without labels.

    Args:
        groups: of a leaderboard, one for each condition.
        metric: the headline.
        higher: whether a higher metric is better.

    Returns:
        ``none`` and ``labels``: the best row of each; ``factor``: the larger of their means divided
        by the smaller; ``is_certain``: whether the row with labels is better and their intervals
        are apart. None without both, or if a mean is not above 0.
    """
    best = {
        group["condition"]: row
        for group in groups
        for row in reversed(group["trained"])
        if math.isfinite(row[f"{metric}_mean"])
    }
    if any(condition not in best for condition in LABELS):
        return None
    none, labels = (best[condition] for condition in LABELS)
    low, high = sorted((none[f"{metric}_mean"], labels[f"{metric}_mean"]))
    if low <= 0:
        return None
    worse, better = (none, labels) if higher else (labels, none)
    return {
        "none": none,
        "labels": labels,
        "factor": high / low,
        "is_certain": worse[f"{metric}_high"] < better[f"{metric}_low"],
    }


def list_complete(leaderboard: Mapping[str, Any]) -> Row | None:
    """List the rows that cover all modes of a mixture with every seed.

    Args:
        leaderboard: of points in the plane; those of images have classes in place of modes.

    Returns:
        ``dataset``; ``complete``: the variants; ``count`` of the rows of the first condition;
        ``modes`` of the data. None for other data.
    """
    held_out = next((r for r in leaderboard["references"] if r["variant"] == "held_out"), None)
    if leaderboard["page"].form != "picture" or not held_out or "modes_mean" not in held_out:
        return None
    modes, rows = held_out["modes_mean"], leaderboard["groups"][0]["trained"]
    complete = [
        row["variant"] for row in rows if all(seed["modes"] == modes for seed in row["by_seed"])
    ]
    return {
        "dataset": leaderboard["dataset"],
        "complete": complete,
        "count": len(rows),
        "modes": int(modes),
    }


def count_verdicts(claims: Iterable[Mapping[str, Any]]) -> Row | None:
    """Count the verdicts on claims of papers; ``tested`` is their sum. None if none is tested."""
    verdicts = Counter(claim["verdict"] for claim in claims if claim["verdict"] != "missing")
    if not verdicts:
        return None
    keys = {name: name.replace(" ", "_") for name in verdicts}
    counts = dict.fromkeys(("holds", "fails", "no_evidence", "too_few_seeds"), 0)
    return counts | {keys[name]: n for name, n in verdicts.items()} | {"tested": verdicts.total()}


def has_factors(search: Mapping[str, Any]) -> bool:
    """Whether a search is finished and its factors are finite."""
    factors = search["factors"]
    return bool(factors) and math.isfinite(factors["within"]) and math.isfinite(factors["between"])


def pick_samples(
    group: Mapping[str, Any], references: Iterable[Row], metric: str
) -> list[dict[str, Any]]:
    """Pick the samples of held-out data, of the best row and of the worst finished row."""
    finished = [row for row in group["trained"] if math.isfinite(row[f"{metric}_mean"])]
    real = [row for row in references if row["variant"] == "held_out"]
    picked = {"real": real[:1], "best": finished[:1], "worst": finished[1:][-1:]}
    return [
        {"role": role, "row": row}
        for role, rows in picked.items()
        for row in rows
        if row["pictures"] and "strip" in row["pictures"]
    ]
