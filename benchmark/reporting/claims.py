"""Check claims of papers about two rows of a track against the scores: results/claims.csv.

site/claims.yaml has the claims in words. Each is tested on all its data sets: Welch's t over seeds
on each, Stouffer's combination of these, and Holm's correction for the claims of a track.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.common.files import read_yaml
from benchmark.common.messages import nearest, stop
from benchmark.reporting import statistics
from benchmark.reporting.statistics import Comparison, Estimate
from benchmark.tracks import metric_directions

FILE = Path("site/claims.yaml")
KEYS = {"source", "track", "datasets", "better", "worse", "en", "zh"}
VERDICTS = ("holds", "fails", "no evidence", "too few seeds", "missing")
# columns of claims.csv: the claim and its result, then those of a data set
CLAIM_COLUMNS = ("source", "track", "better", "worse")
RESULT_COLUMNS = ("verdict", "p", "p_adjusted")
DATASET_COLUMNS = (
    *("dataset", "metric", "better_mean", "worse_mean", "better_seeds", "worse_seeds", "diverged"),
    *("difference", "low", "high", "improvement", "p_welch", "p_permutation", "detectable"),
)
COLUMNS = ("claim", *CLAIM_COLUMNS, *RESULT_COLUMNS, *DATASET_COLUMNS)


def load_claims(file: Path = FILE) -> dict[str, dict[str, Any]]:
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
            if key != "datasets" and (not isinstance(value, str) or not value):
                stop(
                    f"{file}: {name}.{key}: expected text, got {json.dumps(value, default=str)};"
                    " write text"
                )
        check_datasets(f"{file}: {name}.datasets", claim["datasets"], metrics)
    return claims


def check_datasets(place: str, datasets: Any, metrics: list[str]) -> None:
    """Exit with one line unless data sets map to metrics that have a direction.

    Args:
        place: of the value, for the message.
        datasets: to check.
        metrics: to choose from.
    """
    if not isinstance(datasets, dict) or not datasets:
        stop(
            f"{place}: expected a metric for each data set, got"
            f" {json.dumps(datasets, default=str)}; write {{digits: fid}} or the like"
        )
    for dataset, metric in datasets.items():
        if not isinstance(dataset, str):
            stop(f"{place}: expected names of data sets, got {dataset}; write text")
        if metric not in metrics:
            stop(
                f"{place}.{dataset}: expected a metric with a direction, got"
                f" {json.dumps(metric, default=str)}; {nearest(str(metric), metrics)}"
            )


def build_table(scores: pd.DataFrame, claims: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Check all claims; one row for each claim and data set, with verdict and statistics.

    A claim holds, or fails, if the combined p is at most 5 % after Holm's correction over the
    tested claims of its track, and the difference has the claimed, or the other, direction.
    Otherwise the seeds are too few if no test was possible, or if no data set could have shown the
    difference to held-out data, see `is_underpowered`; else there is no evidence. Without scores of
    both rows on any data set the claim is missing.

    Args:
        scores: results/scores.csv, after `statistics.mask_diverged`.
        claims: of `load_claims`.
    """
    tracks = dict.fromkeys(claim["track"] for claim in claims.values())
    rows: dict[str, list[dict[str, Any]]] = {}
    for track in tracks:
        part = scores[scores["track"] == track]
        names = [name for name, claim in claims.items() if claim["track"] == track]
        rows |= check_track({name: claims[name] for name in names}, part)
    lines = [line for name in claims for line in rows[name]]
    return pd.DataFrame(lines, columns=COLUMNS)


def check_track(
    claims: dict[str, dict[str, Any]], scores: pd.DataFrame
) -> dict[str, list[dict[str, Any]]]:
    """Check the claims of a track; name -> one row of `COLUMNS` for each data set."""
    evidence = {
        name: [
            compare_rows(claim, dataset, metric, scores)
            for dataset, metric in claim["datasets"].items()
        ]
        for name, claim in claims.items()
    }
    one_sided = {name: combine_evidence(parts) for name, parts in evidence.items()}
    combined = {name: 2 * min(p_value, 1 - p_value) for name, p_value in one_sided.items()}
    tested = [name for name, p_value in combined.items() if not math.isnan(p_value)]
    holm = statistics.adjust_holm([combined[name] for name in tested])
    adjusted = dict.fromkeys(claims, math.nan) | dict(zip(tested, holm, strict=True))
    level = statistics.LEVEL / max(1, len(tested))
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, claim in claims.items():
        for part in evidence[name]:
            if "comparison" in part:
                part["detectable"] = statistics.compute_detectable(part["comparison"], level=level)
        verdict = find_verdict(evidence[name], one_sided[name], adjusted[name])
        results = verdict, combined[name], adjusted[name]
        shared = {key: claim[key] for key in CLAIM_COLUMNS}
        shared |= {"claim": name, **dict(zip(RESULT_COLUMNS, results, strict=True))}
        rows[name] = [shared | part for part in evidence[name]]
    return rows


def compare_rows(
    claim: dict[str, Any], dataset: str, metric: str, scores: pd.DataFrame
) -> dict[str, Any]:
    """Compare the two rows of a claim on a data set.

    Args:
        claim: of `load_claims`.
        dataset, metric: one of its data sets, and the metric there.
        scores: of its track.

    Returns:
        `DATASET_COLUMNS` except ``detectable``, also ``comparison``, the one-sided p of the claim
        as ``one_sided``, and ``room``: how far the weaker row is from held-out data. Only the first
        two columns if a row has no finished run.
    """
    part = scores[(scores["dataset"] == dataset) & (scores["metric"] == metric)]
    names = (claim["better"], claim["worse"])
    rows = [part[part["variant"] == name] for name in names]
    finished = [list(row["value"].dropna()) for row in rows]
    result: dict[str, Any] = {"dataset": dataset, "metric": metric}
    if not all(finished):
        return result
    higher = bool(metric_directions()[metric])
    estimates = [
        # a reference row that is drawn once, such as the identity, does not vary
        Estimate(values[0], 0.0, math.inf)
        if len(values) == 1 and (row["kind"] == "reference").all()
        else statistics.estimate_mean(values)
        for row, values in zip(rows, finished, strict=True)
    ]
    comparison = statistics.compare_estimates(*estimates)
    sign = 1 if higher else -1
    weaker = sign * min(sign * np.mean(values) for values in finished)
    held_out = part.loc[part["variant"] == "held_out", "value"].mean()
    room = sign * (held_out - weaker)
    has_pairs = min(map(len, finished)) > 1
    return result | {
        "better_mean": float(np.mean(finished[0])),
        "worse_mean": float(np.mean(finished[1])),
        "better_seeds": len(finished[0]),
        "worse_seeds": len(finished[1]),
        "diverged": sum(map(len, rows)) - sum(map(len, finished)),
        **dict(zip(("difference", "low", "high", "p_welch"), comparison[:4], strict=True)),
        "improvement": statistics.probability_of_improvement(*finished, higher_is_better=higher),
        "p_permutation": statistics.permutation_p(*finished) if has_pairs else math.nan,
        "comparison": comparison,
        "one_sided": float(support_claim(comparison, higher_is_better=higher)),
        "room": room if room > 0 else math.inf,
    }


def support_claim(comparison: Comparison, *, higher_is_better: bool) -> Any:
    """Compute the one-sided p of the claim that the first row is better than the second."""
    is_better = (comparison.difference > 0) == higher_is_better
    return np.where(is_better, comparison.p / 2, 1 - comparison.p / 2)


def combine_evidence(parts: list[dict[str, Any]]) -> float:
    """Combine the tests of a claim on its data sets to a one-sided p; NaN without any."""
    p_values = [part["one_sided"] for part in parts if "one_sided" in part]
    finite = [p_value for p_value in p_values if not math.isnan(p_value)]
    return float(statistics.combine_p_values(finite)) if finite else math.nan


def find_verdict(parts: list[dict[str, Any]], one_sided: float, p_adjusted: float) -> str:
    """Find the verdict of a claim, one of `VERDICTS`; see `build_table`.

    Args:
        parts: of `compare_rows` for each data set, with ``detectable``.
        one_sided: combined p, low in favour of the claim; NaN without a test.
        p_adjusted: two-sided p after Holm's correction.
    """
    if not any("comparison" in part for part in parts):
        return "missing"
    if math.isnan(one_sided):
        return "too few seeds"
    if p_adjusted <= statistics.LEVEL:
        return "holds" if one_sided < 0.5 else "fails"
    tested = [part for part in parts if not math.isnan(part.get("one_sided", math.nan))]
    return "too few seeds" if all(map(is_underpowered, tested)) else "no evidence"


def is_underpowered(part: dict[str, Any]) -> bool:
    """Tell whether seeds could not show even that the better row equals held-out data.

    That is so if the smallest difference that the test shows with a power of 80 % exceeds that from
    the weaker row to held-out data. It is never so where the weaker row is as good as these.
    """
    return bool(part["detectable"] > part["room"])
