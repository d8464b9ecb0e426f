"""Compare variants over all data sets that they share: results/across.csv."""

import math
from typing import Any

import numpy as np
import pandas as pd

import gans
from benchmark import config, tracks
from benchmark.reporting import ranks, statistics
from benchmark.reporting.conditions import CONDITIONS, find_condition

SCALE_ROWS = ("noise", "held_out")  # reference rows at 0 and 1 of the normalised score
# of performance profiles, as normalised scores
THRESHOLDS = tuple(threshold / 20 for threshold in range(1, 21))
COLUMNS = (
    *(
        "datasets",
        "condition",
        "variant",
        "family",
        "runs",
        "iqm",
        "low",
        "high",
        "rank_best",
        "rank_worst",
    ),
    *("beats", "worst", *(f"at_{threshold:.2f}" for threshold in THRESHOLDS)),
)


def build_table(scores: pd.DataFrame, settings: config.Params) -> pd.DataFrame:
    """Compare variants with the same condition over all data sets of tracks that share them.

    The rows of a condition follow each other, the best first. Scores are headline metrics,
    normalised to 0 for noise and 1 for held-out data. Each row has the interquartile mean of all
    runs, with equal weight for each data set, its interval and range of ranks; the probability that
    a run is better than one of another variant with the condition; the worst run; and the share of
    runs that reach each of `THRESHOLDS`.

    Args:
        scores: results/scores.csv.
        settings: the parameters.
    """
    rows: list[list[Any]] = []
    for names, datasets in _group_tracks(settings):
        runs = {key: _collect_runs(scores, *key) for key in datasets}
        runs = {key: values for key, values in runs.items() if set(SCALE_ROWS) <= set(values)}
        if len(runs) > 1:
            by_variant = {name: find_condition(name) for name in sorted(names)}
            for condition in CONDITIONS:
                group = [name for name in by_variant if by_variant[name] == condition]
                rows += _summarise_variants(runs, group, condition) if len(group) > 1 else []
    return pd.DataFrame(rows, columns=COLUMNS)


def _group_tracks(settings: config.Params) -> list[tuple[set[str], list[tuple[str, str]]]]:
    """Group tracks that share at least half of their variants: variants, (track, data set).

    Leaderboards that have rows of some variants only are left out.
    """
    groups: list[tuple[set[str], list[tuple[str, str]]]] = []
    for name, track in settings.tracks.items():
        variants = set(track.variants)
        datasets = [(name, key) for key, block in track.datasets.items() if not block.only]
        for index, (names, others) in enumerate(groups):
            if 2 * len(names & variants) >= len(names | variants):
                groups[index] = names & variants, others + datasets
                break
        else:
            groups.append((variants, datasets))
    return groups


def _collect_runs(scores: pd.DataFrame, track: str, dataset: str) -> dict[str, list[float]]:
    """Collect the headline scores of each row of a data set; row -> one score a seed."""
    part = scores[(scores["track"] == track) & (scores["dataset"] == dataset)]
    part = part[part["metric"] == tracks.load(track).headline]
    return {str(name): list(values) for name, values in part.groupby("variant")["value"]}


def _summarise_variants(
    datasets: dict[tuple[str, str], dict[str, list[float]]], variants: list[str], condition: str
) -> list[list[Any]]:
    """Summarise variants with a condition by their runs on each (track, data set).

    Returns:
        Rows of `build_table`.
    """
    runs: dict[str, list[np.ndarray]] = {variant: [] for variant in variants}
    for scores in datasets.values():
        noise, real = (float(np.mean(scores[name])) for name in SCALE_ROWS)
        for variant in variants:
            seeds = scores.get(variant, [math.nan])
            runs[variant].append(statistics.normalise_scores(seeds, noise=noise, real=real))
    estimates = {
        name: statistics.estimate_interquartile_mean(values) for name, values in runs.items()
    }
    spans = ranks.rank_estimates(estimates, higher_is_better=True)
    rows = []
    for variant, values in runs.items():
        pooled = statistics.pool_groups(values)
        ends = statistics.compute_interval(estimates[variant])
        improvements = [
            statistics.probability_of_improvement(first, second, higher_is_better=True)
            for name, others in runs.items()
            if name != variant
            for first, second in zip(values, others, strict=True)
        ]
        profile = statistics.performance_profile(pooled.tolist(), THRESHOLDS, higher_is_better=True)
        names = "+".join(dataset for _, dataset in datasets)
        keys = names, condition, variant, gans.family(variant)
        summary = estimates[variant].value, *ends, *spans[variant]
        count = sum(map(len, values))
        rows.append([*keys, count, *summary, np.mean(improvements), pooled.min(), *profile])
    return sorted(rows, key=lambda row: -row[COLUMNS.index("iqm")])
