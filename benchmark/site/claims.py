"""What papers claim of two rows of a board, and what came out: site/claims.yaml and the scores."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from benchmark import statistics
from benchmark.site import SOURCE
from benchmark.tracks import HIGHER_IS_BETTER

KEYS = {"source", "board", "dataset", "metric", "better", "worse", "en", "zh"}
VERDICTS = ("holds", "open", "fails", "missing")


def load(folder: Path = SOURCE) -> dict[str, dict[str, str]]:
    """The claims by their names.

    Raises:
        ValueError: one lacks a key, has another, or names no metric that has a better end.
    """
    claims = YAML(typ="safe").load((folder / "claims.yaml").read_text())
    for name, claim in claims.items():
        if wrong := KEYS ^ claim.keys():
            raise ValueError(f"claims.yaml: {name}: {', '.join(sorted(wrong))}")
        if HIGHER_IS_BETTER.get(claim["metric"]) is None:
            raise ValueError(f"claims.yaml: {name}.metric: {claim['metric']}")
    return claims


def judge(claim: dict[str, str], scores: pd.DataFrame) -> dict[str, Any]:
    """A claim with what came of it.

    It holds, or fails, if the interval of the difference leaves out 0; where a row has no interval,
    if all runs of the one are better than all of the other. Else it is open; without scores of
    both, or with a run that diverged, it is missing.

    Args:
        claim: of `load`.
        scores: results/scores.csv.
    """
    own = scores[
        (scores["board"] == claim["board"])
        & (scores["dataset"] == claim["dataset"])
        & (scores["metric"] == claim["metric"])
    ]
    seeds = [own.loc[own["variant"] == claim[side], "value"] for side in ("better", "worse")]
    if any(values.empty or not np.isfinite(values).all() for values in seeds):
        return claim | {"verdict": "missing"}
    first, second = map(list, seeds)
    better = bool(HIGHER_IS_BETTER[claim["metric"]])
    between, low, high = statistics.difference(first, second)
    ahead = statistics.probability_of_improvement(first, second, higher_is_better=better)
    if np.isnan(low):
        verdict = {1.0: "holds", 0.0: "fails"}.get(ahead, "open")
    elif low <= 0 <= high:
        verdict = "open"
    else:
        verdict = "holds" if (between > 0) == better else "fails"
    means = {side: float(np.mean(values)) for side, values in zip(("a", "b"), seeds, strict=True)}
    return (
        claim
        | means
        | {
            "verdict": verdict,
            "difference": between,
            "low": low,
            "high": high,
            "improvement": ahead,
        }
    )
