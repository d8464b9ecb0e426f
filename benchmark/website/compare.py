"""Compare variants: the data of the page of comparisons, one script per data set.

A script is ASCII that calls ``compared(dataset, {...})``, and the script of a variant's file calls
``source(variant, "...")``, so that a page can load them without a server. Values that are not
finite are null. The keys:

- ``shared``: a sentence on what the samples of all variants have in common;
- ``unit``: of the samples seen; ``headline``, ``curve``: names of metrics;
- ``metrics``: name, title, digits and whether higher is better, or null, of each;
- ``variants``: of each trained one its kind, its condition, its range of ranks among variants with
  that condition, verdicts, seeds and how many of them diverged, seconds and parameters of a run,
  the picture of its samples or its sentences, ``scores`` (metric -> mean, low, high) and
  ``trajectory``: of each seed the samples seen at each moment, and ``curve`` then;
- ``pairs``: of each two with the same condition, the better first: the columns of
  results/comparisons.csv in `PAIR`.
"""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.common.scripts import write_script
from benchmark.website.display import label_kind

PAIR = [
    *("first", "second", "difference", "low", "high"),
    *("improvement", "p", "p_adjusted", "p_permutation"),
]


def write(leaderboard: dict[str, Any], comparisons: pd.DataFrame, target: Path) -> None:
    """Write the script of a data set.

    Args:
        leaderboard: see `leaderboards.build_leaderboard`.
        comparisons: results/comparisons.csv.
        target: the file to write.
    """
    content = describe_leaderboard(leaderboard, comparisons)
    write_script(target, "compared", leaderboard["dataset"], content)


def describe_leaderboard(leaderboard: dict[str, Any], comparisons: pd.DataFrame) -> dict[str, Any]:
    """Describe the variants of a leaderboard and each pair of them; see `write`."""
    page = leaderboard["page"]
    metrics = [*leaderboard["metrics"], *leaderboard["further"]]
    pairs = comparisons[
        (comparisons["track"] == leaderboard["name"])
        & (comparisons["dataset"] == leaderboard["dataset"])
    ]
    return {
        "shared": describe_samples(leaderboard),
        "unit": page.unit,
        "headline": leaderboard["headline"],
        "curve": leaderboard["curve"],
        "metrics": [
            [
                metric,
                page.metric(metric).title,
                page.metric(metric).digits,
                leaderboard["higher"][metric],
            ]
            for metric in metrics
        ],
        "variants": {
            row["variant"]: describe_variant(row, leaderboard, metrics)
            for row in leaderboard["trained"]
        },
        "pairs": [
            [*pair[:2], *map(round_finite, pair[2:])]
            for pair in pairs[PAIR].itertuples(index=False, name=None)
        ],
    }


def list_neighbours(leaderboard: dict[str, Any], comparisons: pd.DataFrame) -> list[dict[str, Any]]:
    """List the comparisons of each variant with the next one of the leaderboard."""
    following = dict(pairwise(row["variant"] for row in leaderboard["trained"]))
    pairs = comparisons[comparisons["dataset"] == leaderboard["dataset"]]
    # a row with diverged seeds may stand below one of a worse mean
    is_next = pairs["second"] == pairs["first"].map(following)
    is_next |= pairs["first"] == pairs["second"].map(following)
    return pairs[is_next].to_dict("records")


def describe_samples(leaderboard: dict[str, Any]) -> str:
    """Describe what the samples of all variants have in common."""
    truth = "; below that the truth" if leaderboard["has_truth"] else ""
    seed = leaderboard["settings"].seeds[0]
    return f"Seed {seed}, not chosen: {leaderboard['page'].shared}{truth}."


def describe_variant(
    row: dict[str, Any], leaderboard: dict[str, Any], metrics: list[str]
) -> dict[str, Any]:
    """Describe one variant: its row of the leaderboard, and its curve over training."""
    headline, pictures = leaderboard["headline"], row["pictures"] or {}
    return {
        "kind": label_kind(row["kind"]),
        "condition": row["condition"],
        "ranks": [round_finite(row.get(f"{headline}_rank_{end}")) for end in ("best", "worst")],
        "verdicts": {str(name): int(count) for name, count in row["verdicts"].items()},
        "seeds": row["seeds"],
        "diverged": row["diverged"],
        "seconds": round_finite(row["seconds"]),
        "parameters": round_finite(row["parameters"]),
        "picture": pictures.get("moving") or pictures.get("whole"),
        "still": pictures.get("whole"),
        "sentences": pictures.get("sentences"),
        "scores": {
            metric: [round_finite(row.get(f"{metric}_{part}")) for part in ("mean", "low", "high")]
            for metric in metrics
        },
        "trajectory": [
            [[int(at) for at in seen], [round_finite(value) for value in values]]
            for seen, values in row["trajectories"]
        ],
    }


def round_finite(value: Any) -> float | None:
    """Round a number to six digits; None if it is not finite."""
    if value is None or pd.isna(value) or math.isinf(value):
        return None
    return float(f"{value:.6g}")
