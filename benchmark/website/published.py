"""Scores that others have published, beside ours, and leaderboards without results."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

from benchmark import tracks
from benchmark.common.files import read_table
from benchmark.config import Params
from benchmark.config.schema import Dataset

FILE = Path("results/published.csv")
FACTS = "url", "conditions", "comparison", "differs"  # of a data set and a source
COLUMNS = (
    *("source", "url", "dataset", "variant", "name", "metric", "value", "spread", "conditions"),
    *("comparison", "differs"),
)
LEAST = 4  # variants from which on two orders are compared


@dataclass(frozen=True)
class Order:
    """The order of variants by published scores and by ours.

    Attributes:
        tau: Kendall's tau-b (1945, doi:10.1093/biomet/33.3.239), 1 for the same order.
        p: of the hypothesis that the orders are independent, two-sided.
        ranks: variant -> the published rank and ours, 1 for the best.
    """

    tau: float
    p: float
    ranks: dict[str, tuple[int, int]]


def list_published(ranking: pd.DataFrame, params: Params) -> list[dict[str, Any]]:
    """List published scores by data set and source, each variant with our score.

    Args:
        ranking: results/leaderboard.csv.
        params: the whole file.

    Returns:
        For each data set and source ``dataset``, ``source``, the ``FACTS``, ``block`` (that of the
        data set, or None), ``metrics``, ``orders`` (metric -> `Order`, or None) and ``rows``. These
        have ``variant`` (None if none of ours is the same), ``name``, ``is_trained``, ``scores``
        (metric -> value and spread, or None) and ``ours`` (metric -> mean and interval, or None).
    """
    ours = ranking.set_index(["dataset", "variant"])
    directions = tracks.metric_directions()
    blocks: dict[str, Dataset] = {}
    for track in params.tracks.values():
        blocks |= track.datasets
    tables = []
    published = read_table(FILE, *COLUMNS, remake="git checkout results/published.csv")
    for (dataset, source), part in published.groupby(["dataset", "source"], sort=False):
        metrics = list(part["metric"].unique())
        rows = []
        for name, scores in part.groupby("name", sort=False):
            variant = None if pd.isna(scores["variant"].iloc[0]) else scores["variant"].iloc[0]
            row = ours.loc[(dataset, variant)] if (dataset, variant) in ours.index else None
            values = scores.set_index("metric")[["value", "spread"]].to_dict("index")
            rows.append(
                {
                    "variant": variant,
                    "name": name,
                    "is_trained": row is not None and row["kind"] != "reference",
                    "scores": {
                        metric: tuple(values[metric].values()) if metric in values else None
                        for metric in metrics
                    },
                    "ours": {metric: find_mean(row, metric) for metric in metrics},
                }
            )
        tables.append(
            {
                "dataset": dataset,
                "source": source,
                **part.iloc[0][[*FACTS]],
                "block": blocks.get(dataset),
                "metrics": metrics,
                "rows": rows,
                "orders": {
                    metric: compare_orders(rows, metric, higher_is_better=bool(directions[metric]))
                    for metric in metrics
                },
            }
        )
    return tables


def find_mean(row: pd.Series | None, metric: str) -> tuple[float, float, float] | None:
    """Find the mean of a metric and its interval in a row of results/leaderboard.csv."""
    if row is None or pd.isna(row.get(f"{metric}_mean")):
        return None
    return row[f"{metric}_mean"], row[f"{metric}_low"], row[f"{metric}_high"]


def compare_orders(
    rows: list[dict[str, Any]], metric: str, *, higher_is_better: bool
) -> Order | None:
    """Compare the order of the variants that have a published score and ours.

    Args:
        rows: as of `list_published`; those that are not trained do not count.
        metric: that both orders are by.
        higher_is_better: direction of the metric.

    Returns:
        None with fewer than ``LEAST`` variants, or if all are equal in one of the orders.
    """
    scores = {
        row["variant"]: (row["scores"][metric][0], row["ours"][metric][0])
        for row in rows
        if row["is_trained"] and row["scores"][metric] and row["ours"][metric]
    }
    if len(scores) < LEAST:
        return None
    pairs = pd.DataFrame.from_dict(scores, orient="index")
    result = stats.kendalltau(pairs[0], pairs[1])
    if pd.isna(result.statistic):
        return None
    ranks = pairs.rank(method="min", ascending=not higher_is_better).astype(int)
    return Order(
        float(result.statistic),
        float(result.pvalue),
        {str(variant): (first, second) for variant, first, second in ranks.itertuples()},
    )


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
