"""Scores that others have published, beside ours, and leaderboards without results."""

from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.common.files import read_table
from benchmark.config import Params

FILE = Path("results/published.csv")
COLUMNS = "source", "url", "dataset", "variant", "name", "metric", "value", "spread", "conditions"
METRICS = ("fid", "is")  # columns of the tables


def list_published(ranking: pd.DataFrame) -> list[dict[str, Any]]:
    """List published scores by data set and source, each variant with our score.

    Args:
        ranking: results/leaderboard.csv.

    Returns:
        For each data set and source ``dataset``, ``source``, ``url``, ``conditions`` and ``rows``,
        which have ``variant`` (None if none of ours is the same), ``name``, ``scores`` (metric ->
        value and spread) and ``ours`` (metric -> mean over seeds, or None).
    """
    ours = ranking.set_index(["dataset", "variant"])
    tables = []
    published = read_table(FILE, *COLUMNS, remake="git checkout results/published.csv")
    for (dataset, source), part in published.groupby(["dataset", "source"], sort=False):
        rows = []
        for name, scores in part.groupby("name", sort=False):
            variant = None if pd.isna(scores["variant"].iloc[0]) else scores["variant"].iloc[0]
            by_metric = scores.set_index("metric")
            row = ours.loc[(dataset, variant)] if (dataset, variant) in ours.index else None
            rows.append(
                {
                    "variant": variant,
                    "name": name,
                    "scores": {
                        metric: tuple(by_metric.loc[metric, ["value", "spread"]])
                        for metric in METRICS
                    },
                    "ours": {metric: find_mean(row, metric) for metric in METRICS},
                }
            )
        first = part.iloc[0]
        tables.append(
            {
                "dataset": dataset,
                "source": source,
                "url": first["url"],
                "conditions": first["conditions"],
                "rows": rows,
            }
        )
    return tables


def find_mean(row: pd.Series | None, metric: str) -> float | None:
    """Find the mean of a metric in a row of results/leaderboard.csv; None if it has none."""
    value = None if row is None else row.get(f"{metric}_mean")
    return None if value is None or pd.isna(value) else float(value)


def list_unrecorded(settings: Params) -> list[dict[str, Any]]:
    """List the leaderboards without results.

    Args:
        settings: after `with_results`.

    Returns:
        Of each ``dataset``, ``track``, ``variants``, ``budget``, and ``is_optional``: whether it is
        made only if it is named. Those that are always made come first.
    """
    params = settings.whole
    unrecorded = [
        {
            "dataset": dataset,
            "track": name,
            "variants": list(params.tracks[name].variants_of(dataset)),
            "budget": str(params.tracks[name].datasets[dataset].budget),
            "is_optional": dataset in params.optional_datasets,
        }
        for dataset, name in params.datasets.items()
        if dataset not in settings.datasets
    ]
    return sorted(unrecorded, key=lambda entry: entry["is_optional"])
