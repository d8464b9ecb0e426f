"""Check claims of papers about two rows of a track against the scores: results/claims.csv.

site/claims.yaml has the claims in words.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.common.files import read_yaml
from benchmark.common.messages import nearest, stop
from benchmark.reporting import statistics
from benchmark.tracks import metric_directions

FILE = Path("site/claims.yaml")
KEYS = {"source", "track", "dataset", "metric", "better", "worse", "en", "zh"}
VERDICTS = ("holds", "open", "fails", "missing")
# columns of claims.csv: the claim, then the means of both rows and their comparison
CLAIM_COLUMNS = ("source", "track", "dataset", "metric", "better", "worse")
RESULT_COLUMNS = (
    "verdict",
    "better_mean",
    "worse_mean",
    "difference",
    "low",
    "high",
    "improvement",
)


def load_claims(file: Path = FILE) -> dict[str, dict[str, str]]:
    """Load the claims; name -> claim.

    Exits with one line if a claim lacks a key, has another, or has a metric without a direction.
    """
    claims = read_yaml(file)
    if not isinstance(claims, dict):
        stop(f"{file}: expected a block of claims, got another value; write a name and its keys")
    metrics = [name for name, better in metric_directions().items() if better is not None]
    for name, claim in claims.items():
        if not isinstance(claim, dict):
            stop(
                f"{file}: {name}: expected a block of keys, got {json.dumps(claim, default=str)};"
                f" write {', '.join(sorted(KEYS))}"
            )
        if missing := sorted(KEYS - claim.keys()):
            stop(f"{file}: {name}.{missing[0]}: expected this key, got none; add it")
        if unknown := [str(key) for key in claim if key not in KEYS]:
            stop(
                f"{file}: {name}.{unknown[0]}: expected a key of a claim, got {unknown[0]};"
                f" {nearest(unknown[0], sorted(KEYS))}"
            )
        for key, value in claim.items():
            if not isinstance(value, str) or not value:
                stop(
                    f"{file}: {name}.{key}: expected text, got {json.dumps(value, default=str)};"
                    " write text"
                )
        if claim["metric"] not in metrics:
            stop(
                f"{file}: {name}.metric: expected a metric with a direction, got"
                f" {claim['metric']}; {nearest(claim['metric'], metrics)}"
            )
    return claims


def check_claim(claim: dict[str, str], scores: pd.DataFrame) -> dict[str, Any]:
    """Check a claim; return its verdict and, unless that is missing, all `RESULT_COLUMNS`.

    A claim holds or fails if the interval of the difference excludes 0 or, for rows without an
    interval, if all runs of one row are better than all runs of the other. Otherwise it is open;
    without scores of both rows, or with a diverged run, it is missing.

    Args:
        claim: of `load_claims`.
        scores: results/scores.csv.
    """
    rows = scores[
        (scores["track"] == claim["track"])
        & (scores["dataset"] == claim["dataset"])
        & (scores["metric"] == claim["metric"])
    ]
    seeds = [rows.loc[rows["variant"] == claim[side], "value"] for side in ("better", "worse")]
    if any(values.empty or not np.isfinite(values).all() for values in seeds):
        return {"verdict": "missing"}
    first, second = map(list, seeds)
    better = bool(metric_directions()[claim["metric"]])
    gap, low, high = statistics.difference(first, second)
    improvement = statistics.probability_of_improvement(first, second, higher_is_better=better)
    if np.isnan(low):
        verdict = {1.0: "holds", 0.0: "fails"}.get(improvement, "open")
    elif low <= 0 <= high:
        verdict = "open"
    else:
        verdict = "holds" if (gap > 0) == better else "fails"
    means = float(np.mean(first)), float(np.mean(second))
    return dict(zip(RESULT_COLUMNS, (verdict, *means, gap, low, high, improvement), strict=True))


def build_table(scores: pd.DataFrame, claims: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Check all claims; one row for each, with its verdict and statistics.

    Args:
        scores: results/scores.csv.
        claims: of `load_claims`.
    """
    rows = [
        {"claim": name} | {key: claim[key] for key in CLAIM_COLUMNS} | check_claim(claim, scores)
        for name, claim in claims.items()
    ]
    return pd.DataFrame(rows, columns=["claim", *CLAIM_COLUMNS, *RESULT_COLUMNS])
