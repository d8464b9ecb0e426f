"""Findings of the page on few images: the best rows, claims on each size, and copies."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmark.reporting.claims import check_track, compare_rows
from benchmark.reporting.statistics import LEVEL, adjust_holm

COPIES = ("authenticity", "nearest_ratio")  # both are low where samples copy training images


@dataclass(frozen=True)
class Size:
    """A data set with results, and how many images its variants learn from.

    Attributes:
        dataset: its name.
        images: number of training images.
        leaderboard: see `leaderboards.build_leaderboard`.
    """

    dataset: str
    images: int
    leaderboard: dict[str, Any]

    def find_group(self, condition: str) -> dict[str, Any] | None:
        """Find the leaderboard of the rows with a condition, if there is one."""
        groups = self.leaderboard["groups"]
        return next((group for group in groups if group["condition"] == condition), None)


def list_pairs(
    claims: Mapping[str, dict[str, Any]], track: str, subsets: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """List the better and the worse row of each claim of a track that is judged on a subset."""
    return [
        (claim["better"], claim["worse"])
        for claim in claims.values()
        if claim["track"] == track and claim["datasets"].keys() & subsets.keys()
    ]


def check_pairs(
    pairs: Sequence[tuple[str, str]], sizes: Sequence[Size], scores: pd.DataFrame
) -> list[dict[str, Any]]:
    """Check on each size whether the first row of a pair is better, as claims are checked.

    Args:
        pairs: the row that should be better, and the other.
        sizes: whose headline metric decides.
        scores: as for `build_families`.

    Returns:
        Of each pair ``better``, ``worse`` and ``parts``: of each size its row in the table of
        `claims.check_track`, with ``images`` and ``dataset``. Holm's correction is over all pairs
        and sizes.
    """
    asked = {
        f"{pair}-{size.dataset}": {
            "source": "",
            "track": size.leaderboard["name"],
            "datasets": {size.dataset: size.leaderboard["headline"]},
            "better": pair[0],
            "worse": pair[1],
        }
        for pair in pairs
        for size in sizes
    }
    tracks = [size.leaderboard["name"] for size in sizes]
    checked = check_track(asked, scores[scores["track"].isin(tracks)])
    return [
        {
            "better": pair[0],
            "worse": pair[1],
            "parts": [
                checked[f"{pair}-{size.dataset}"][0] | {"images": size.images} for size in sizes
            ],
        }
        for pair in pairs
    ]


def find_best(size: Size, rows: Sequence[dict[str, Any]], headline: str) -> dict[str, Any]:
    """Find the best row of a size, and the rows that no row is significantly better than.

    Args:
        size: the number of images.
        rows: with finished runs, the best first.
        headline: the metric.

    Returns:
        ``images``, ``best`` (variant), ``score``, ``ties`` (variants) and ``count`` of rows.
    """
    first, *others = rows
    return {
        "images": size.images,
        "best": first["variant"],
        "score": first[f"{headline}_mean"],
        "ties": [row["variant"] for row in others if row[f"{headline}_rank_best"] == 1],
        "count": len(rows),
    }


def find_copies(size: Size, variants: Sequence[str], scores: pd.DataFrame) -> dict[str, Any]:
    """Find the rows whose samples are nearer to training images than held-out images are.

    By both metrics of `COPIES`, the row has to be lower than ``held_out`` by Welch's t. The larger
    p of the two counts, with Holm's correction over the rows of the size.

    Args:
        size: the number of images.
        variants: the rows.
        scores: as for `build_families`.

    Returns:
        ``images``, ``variants`` that copy, and ``tested``, the number of rows with a test.
    """
    part = scores[scores["track"] == size.leaderboard["name"]]
    p_values = {}
    for variant in variants:
        pair = {"better": variant, "worse": "held_out"}
        compared = [compare_rows(pair, size.dataset, metric, part) for metric in COPIES]
        values = [result.get("p_welch", math.nan) for result in compared]
        if not any(math.isnan(value) for value in values):
            is_lower = all(result["difference"] < 0 for result in compared)
            p_values[variant] = max(values) if is_lower else 1.0
    adjusted = adjust_holm(list(p_values.values()))
    copying = [name for name, p in zip(p_values, adjusted, strict=True) if p <= LEVEL]
    return {"images": size.images, "variants": copying, "tested": len(p_values)}
