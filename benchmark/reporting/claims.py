"""What papers claim of two rows of a track, and what came out.

The claims, in words, are in site/claims.yaml; the report judges them by the scores, in claims.csv.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from benchmark.reporting import statistics
from benchmark.tracks import metric_directions

FILE = Path("site/claims.yaml")
KEYS = {"source", "track", "dataset", "metric", "better", "worse", "en", "zh"}
VERDICTS = ("holds", "open", "fails", "missing")
# what is judged, and what comes out: the means of the two, and what tells them apart
TOLD = ("source", "track", "dataset", "metric", "better", "worse")
FOUND = ("verdict", "better_mean", "worse_mean", "difference", "low", "high", "improvement")


def load(file: Path = FILE) -> dict[str, dict[str, str]]:
    """The claims by their names.

    Raises:
        ValueError: one lacks a key, has another, or names no metric that has a better end.
    """
    claims = YAML(typ="safe").load(file.read_text())
    for name, claim in claims.items():
        if wrong := KEYS ^ claim.keys():
            raise ValueError(f"{file}: {name}: {', '.join(sorted(wrong))}")
        if metric_directions().get(claim["metric"]) is None:
            raise ValueError(f"{file}: {name}.metric: {claim['metric']}")
    return claims


def judge_claim(claim: dict[str, str], scores: pd.DataFrame) -> dict[str, Any]:
    """What came of a claim: a verdict, and unless it is missing, the other values of FOUND.

    It holds, or fails, if the interval of the difference leaves out 0; where a row has no interval,
    if all runs of the one are better than all of the other. Else it is open; without scores of
    both, or with a run that diverged, it is missing.

    Args:
        claim: of `load`.
        scores: results/scores.csv.
    """
    own = scores[
        (scores["track"] == claim["track"])
        & (scores["dataset"] == claim["dataset"])
        & (scores["metric"] == claim["metric"])
    ]
    seeds = [own.loc[own["variant"] == claim[side], "value"] for side in ("better", "worse")]
    if any(values.empty or not np.isfinite(values).all() for values in seeds):
        return {"verdict": "missing"}
    first, second = map(list, seeds)
    better = bool(metric_directions()[claim["metric"]])
    between, low, high = statistics.difference(first, second)
    ahead = statistics.probability_of_improvement(first, second, higher_is_better=better)
    if np.isnan(low):
        verdict = {1.0: "holds", 0.0: "fails"}.get(ahead, "open")
    elif low <= 0 <= high:
        verdict = "open"
    else:
        verdict = "holds" if (between > 0) == better else "fails"
    means = float(np.mean(first)), float(np.mean(second))
    return dict(zip(FOUND, (verdict, *means, between, low, high, ahead), strict=True))


def table(scores: pd.DataFrame, claims: dict[str, dict[str, str]]) -> pd.DataFrame:
    """All claims, a row each: what was judged, and what came out.

    Args:
        scores: results/scores.csv.
        claims: of `load`.
    """
    rows = [
        {"claim": name} | {key: claim[key] for key in TOLD} | judge_claim(claim, scores)
        for name, claim in claims.items()
    ]
    return pd.DataFrame(rows, columns=["claim", *TOLD, *FOUND])
