"""Curves of runs that are longer than the budget, from results/curves.csv."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmark import tracks
from benchmark.common.files import expect_form
from benchmark.config import Params
from benchmark.reporting.trends import IMPROVEMENT
from benchmark.studies.curves import KEYS, REMAKE, TABLE, read_curves
from benchmark.tracks.base.page import Metric
from benchmark.website.charts import Line, Mark, plot
from benchmark.website.display import number


def build_row(curve: pd.DataFrame, unit: str, budget: int, metric: Metric) -> dict[str, Any]:
    """Build the row of a run in the table of a data set.

    Args:
        curve: its rows of the table; the last value is NaN if it diverged.
        unit: column of the amounts.
        budget: of the leaderboard, in this unit.
        metric: title and digits.

    Returns:
        ``variant``; ``at_budget`` and ``at_end``, scores as text; ``change`` after the budget, a
        share of the score at the budget, or NaN.
    """
    amounts, values = curve[unit].to_numpy(float), curve["value"].to_numpy(float)
    start = float(np.interp(budget, amounts, values, left=math.nan, right=math.nan))
    end = float(values[-1])
    return {
        "variant": curve["variant"].iloc[0],
        "at_budget": number(start, metric.digits),
        "at_end": "diverged" if math.isnan(end) else number(end, metric.digits),
        "change": (end - start) / abs(start) if start else math.nan,
    }


def describe_changes(rows: Sequence[Mapping[str, Any]], *, higher: bool) -> str:
    """Describe in a sentence how many rows get better after the budget, and by how much.

    Empty if no run is measured at the budget and after it.

    Args:
        rows: see `build_row`.
        higher: whether a higher metric is better.
    """
    sign = 1 if higher else -1
    gains = [sign * row["change"] for row in rows if math.isfinite(row["change"])]
    if not gains:
        return ""
    count = sum(gain > IMPROVEMENT for gain in gains)
    sentence = (
        f"After the budget, the score of {count} of {len(rows)} rows gets better by more than"
        f" {100 * IMPROVEMENT:g}\N{NO-BREAK SPACE}%"
    )
    if max(gains) <= 0:
        return f"{sentence}."
    return f"{sentence}; the largest improvement is {100 * max(gains):.0f}\N{NO-BREAK SPACE}%."


def draw_curves(
    table: pd.DataFrame, unit: str, budget: int, title: str, *, across: str
) -> dict[str, Any] | None:
    """Draw the score of each run against its length, with a mark at the budget.

    The axis of scores is logarithmic if all are above 0.

    Args:
        table: the curves of a data set.
        unit: column of the lengths.
        budget: of the leaderboard, in this unit.
        title: of the metric.
        across: title of the axis of lengths.

    Returns:
        As `charts.plot`.
    """
    finite = table[np.isfinite(table["value"].astype(float))]
    lines = [
        Line(str(variant), list(zip(curve[unit], curve["value"], strict=True)))
        for variant, curve in finite.groupby("variant", sort=False)
    ]
    return plot(
        lines,
        across=across,
        up=title,
        logarithmic="y" if (finite["value"] > 0).all() else "",
        mark=Mark(budget, "budget"),
    )


def build_results(
    table: pd.DataFrame, params: Params, metrics: Mapping[str, Metric]
) -> list[dict[str, Any]]:
    """Build what the page shows of each data set.

    Args:
        table: of the curves; those of other headline metrics and of deleted rows are left out.
        params: params.yaml.
        metrics: title and digits of each metric.

    Returns:
        Of each data set ``dataset``, ``metric`` (its title), ``unit``, ``budget``, ``longest`` (the
        length of the longest run), ``rows``, ``finding`` (a sentence) and ``drawing``.
    """
    results = []
    for track, section in params.whole.tracks.items():
        headline = tracks.load(track).headline
        metric, higher = metrics[headline], bool(tracks.metric_directions()[headline])
        unit_of_samples = tracks.load(track).page().unit
        units = {
            "updates": "updates of the generator",
            "samples_seen": f"real {unit_of_samples} seen",
        }
        for dataset, block in section.datasets.items():
            curves = table[(table["track"] == track) & (table["dataset"] == dataset)]
            curves = curves[curves["metric"] == headline]
            curves = curves[curves["variant"].isin(list(section.variants))]
            if not len(curves):
                continue
            amount, unit = block.budget
            across = units[unit]
            rows = [
                build_row(curve, unit, section.budget_of(dataset, str(keys[2])).amount, metric)
                for keys, curve in curves.groupby(KEYS, sort=False)
            ]
            results.append(
                {
                    "dataset": dataset,
                    "metric": metric.title,
                    "unit": across,
                    "budget": amount,
                    "longest": int(curves[unit].max()),
                    "rows": rows,
                    "finding": describe_changes(rows, higher=higher),
                    "drawing": draw_curves(curves, unit, amount, metric.title, across=across),
                }
            )
    return results


def read_results(params: Params, metrics: Mapping[str, Metric]) -> list[dict[str, Any]]:
    """Read the table, and build what the page shows; see `build_results`."""
    table = read_curves()
    with expect_form(TABLE, "curves of runs", remake=REMAKE):
        return build_results(table, params, metrics)
