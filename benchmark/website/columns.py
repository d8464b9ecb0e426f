"""Columns and scales of the tables of a leaderboard."""

from typing import Any

import pandas as pd

from benchmark.tracks.base.page import Page
from benchmark.tracks.base.track import Track
from benchmark.website import display

HEADLINE_METRICS = 4  # columns of a leaderboard whose page names none


def build_columns(
    trained: list[dict[str, Any]],
    scores: pd.DataFrame,
    track: Track,
    page: Page,
    *,
    is_subset: bool,
) -> dict[str, Any]:
    """Choose the metrics of a table, and fit a scale to each.

    Args:
        trained: the rows of the table.
        scores: the rows of the data set in results/scores.csv.
        track: of the data set.
        page: of the track.
        is_subset: whether variants learn from a subset of a data set.

    Returns:
        ``metrics``: the headline metrics; ``further``: all others; ``higher``: metric -> whether
        higher is better, or None; ``scales``: metric -> scale.
    """
    # reference rows would stretch every axis; where they fall outside, an arrow says so
    members = scores[scores["variant"].isin([row["variant"] for row in trained])]
    # tables can be older than the track, and have metrics that it has no longer
    shown = set(members["metric"]) & track.metric_directions().keys()
    higher = metric_directions(scores, shown)
    metrics = [
        *(metric for metric in page.metrics if metric in higher),
        *(metric for metric in higher if metric not in page.metrics),
    ]
    has_labels = {row["condition"] for row in trained} == {"labels"}
    headlines = headline_metrics(track, page, metrics, has_labels=has_labels, is_subset=is_subset)
    return {
        "metrics": headlines,
        "further": [metric for metric in metrics if metric not in headlines],
        "higher": higher,
        "scales": {
            metric: display.Scale.over(members.loc[members["metric"] == metric, "value"])
            for metric in metrics
        },
    }


def metric_directions(scores: pd.DataFrame, shown: set[str]) -> dict[str, bool | None]:
    """Map each metric that is shown to whether higher is better, or None.

    Args:
        scores: of one data set.
        shown: the metrics to list, such as those that trained rows have.
    """
    first = scores.drop_duplicates("metric").set_index("metric")["higher_is_better"]
    return {
        str(name): None if pd.isna(higher) else bool(higher)
        for name, higher in first.items()
        if name in shown
    }


def headline_metrics(
    track: Track,
    page: Page,
    metrics: list[str],
    *,
    has_labels: bool = False,
    is_subset: bool = False,
) -> list[str]:
    """Choose the columns of a leaderboard, the one it is sorted by among them.

    Args:
        track: of the leaderboard.
        page: of the track.
        metrics: to choose from.
        has_labels: whether its samples are conditioned on labels.
        is_subset: whether its variants learn from a subset of a data set.
    """
    ordered = sorted(metrics, key=lambda metric: metric != track.headline)
    chosen = page.headline_metrics or tuple(ordered[:HEADLINE_METRICS])
    if is_subset:
        chosen = (*chosen[:1], *page.subset_metrics, *chosen[1:])
    if has_labels:
        chosen += page.label_metrics
    return [metric for metric in dict.fromkeys(chosen) if metric in metrics]
