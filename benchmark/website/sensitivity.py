"""The page on what the metrics see: verdicts and sentences from results/sensitivity/."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark import tracks
from benchmark.common.files import expect_form, read_table
from benchmark.studies import reactions
from benchmark.studies.reactions import (
    COLUMNS,
    EXPECTED,
    GROUPS,
    Reaction,
    judge_table,
    list_metrics,
)
from benchmark.tracks.base.page import Metric
from benchmark.website.display import number
from benchmark.website.sensitivity_charts import draw_charts


@dataclass(frozen=True)
class DamageText:
    """Words for a damage.

    Attributes:
        title: a heading.
        axis: title of the axis of levels.
        noun: in a sentence.
        format_level: a level in a sentence.
        format_short: a level in a table.
    """

    title: str
    axis: str
    noun: str
    format_level: Callable[[float], str]
    format_short: Callable[[float], str]


def format_percent(share: float) -> str:
    """Format a share as per cent, on one line."""
    return f"{100 * share:.3g}\N{NO-BREAK SPACE}%"


TEXTS = {
    "dropped_classes": DamageText(
        "Dropped classes",
        "classes left out",
        "dropped classes",
        lambda level: f"{level:g} class{'es' if level != 1 else ''} left out",
        lambda level: f"{level:g}",
    ),
    "blur": DamageText(
        "Blur",
        "standard deviation of the blur in pixels",
        "blur",
        lambda level: f"blur of {level:g} pixels",
        lambda level: f"{level:g}\N{NO-BREAK SPACE}px",
    ),
    "noise": DamageText(
        "Noise",
        "standard deviation of the noise, share of the range",
        "noise",
        lambda level: f"noise of {format_percent(level)} of the range",
        format_percent,
    ),
    "outliers": DamageText(
        "Outliers",
        "share of images that are uniform noise",
        "outliers",
        lambda level: f"{format_percent(level)} of the images replaced by uniform noise",
        format_percent,
    ),
    "copies": DamageText(
        "Copies",
        "share of images that are copies of training images",
        "copies of training images",
        lambda level: f"{format_percent(level)} of the images replaced by copies",
        format_percent,
    ),
    "repeats": DamageText(
        "Repeats",
        "share of images that repeat others",
        "repeats",
        lambda level: f"{format_percent(level)} of the images replaced by repeats of the others",
        format_percent,
    ),
    "fewer_samples": DamageText(
        "Fewer samples",
        "share of images left out",
        "fewer samples",
        lambda level: f"{format_percent(level)} of the images left out",
        format_percent,
    ),
}


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the table of each data set, by name; exit with one line if one is damaged.

    Empty tables, of data sets with too few images, are left out.
    """
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        remake = f"run gan-benchmark sensitivity {path.stem}"
        table = read_table(path, *COLUMNS, remake=remake)
        if len(table):
            with expect_form(path, "finite numbers of known damages", remake=remake):
                check_table(table)
            tables[path.stem] = table
    return tables


def check_table(table: pd.DataFrame) -> None:
    """Check the values of a table.

    Raises:
        ValueError: a value is no finite number, a damage is unknown or missing, or a draw has no
            undamaged set.
    """
    values = table.drop(columns="damage").to_numpy(dtype=float)
    if not np.isfinite(values).all() or not list_metrics(table):
        raise ValueError("expected finite numbers")
    damages = set(table["damage"])
    if not damages - {"none"} or not damages <= {"none", *TEXTS}:
        raise ValueError(f"expected none and names of damages, got {', '.join(sorted(damages))}")
    draws = table.groupby("damage")["draw"].agg(set)
    if not all(drawn == draws.get("none") for drawn in draws) or len(draws["none"]) < 2:
        raise ValueError("expected each damage in each of several draws")


def describe_failure(reaction: Reaction, metric: Metric) -> str:
    """Describe in a sentence how a reaction differs from what should happen."""
    text = TEXTS[reaction.damage]
    start, end, best = (
        number(value, metric.digits) for value in (reaction.start, reaction.end, reaction.best)
    )
    at_end = f"{end} with {text.format_level(reaction.level)}"
    at_best = f"{best} with {text.format_level(reaction.best_level)}"
    undamaged = f"{start} without damage"
    if reaction.expected == "same":
        ways = {"worse": "gets worse with", "better": "gets better with"}
        way = ways.get(reaction.verdict, "goes both ways with")
        middle = f", {at_best}" if reaction.verdict == "both" else ""
        return (
            f"{metric.title} {way} {text.noun}, and should not change: {undamaged}{middle},"
            f" {at_end}."
        )
    if reaction.verdict == "same":
        return f"{metric.title} does not notice {text.noun}: {undamaged}, {at_end}."
    middle = "" if reaction.best_level == reaction.level else f", {at_best}"
    start_of = "slight" if reaction.verdict == "both" else ""
    return (
        f"{metric.title} takes {f'{start_of} {text.noun}'.strip()} for an improvement:"
        f" {undamaged}{middle}, {at_end}."
    )


def build_cell(reaction: Reaction) -> dict[str, Any]:
    """Build a cell of the table of verdicts."""
    words = {
        "worse": "worse",
        "better": "better",
        "both": "both\N{NO-BREAK SPACE}ways",
        "same": "same",
    }
    onset = ""
    if reaction.verdict == "worse" and reaction.onset is not None:
        onset = f"from {TEXTS[reaction.damage].format_short(reaction.onset)}"
    return {
        "word": words[reaction.verdict],
        "onset": onset,
        "fails": reaction.fails,
        "is_claimed": reaction.expected is not None,
    }


def build_results(
    name: str,
    table: pd.DataFrame,
    metrics: Mapping[str, Metric],
    higher_is_better: Mapping[str, bool | None],
) -> dict[str, Any]:
    """Build what the page shows of a data set.

    Args:
        name: of the data set.
        table: as the stage writes it.
        metrics: title and digits of each metric.
        higher_is_better: of metrics.

    Returns:
        ``name``; ``samples``, ``real`` and ``draws``, numbers; ``damages``, names in order;
        ``rows``, each with ``title`` and ``cells`` by damage; ``failures``, damage -> sentences;
        ``claimed`` and ``failed``, numbers of cells; ``levels``, damage -> formatted levels;
        ``repeating``, formatted levels of dropped classes with repeated images; ``charts``, damage
        -> charts with their titles.
    """
    reactions = list(judge_table(table, higher_is_better))
    damages = [name for name in TEXTS if name in set(table["damage"])]
    by_place = {(reaction.metric, reaction.damage): reaction for reaction in reactions}
    judged = [metric for metric in list_metrics(table) if (metric, damages[0]) in by_place]
    grouped = [metric for group in GROUPS.values() for metric in group]
    order = sorted(
        judged, key=lambda metric: grouped.index(metric) if metric in grouped else len(grouped)
    )
    undamaged = table[table["damage"] == "none"]
    return {
        "name": name,
        "samples": int(undamaged["samples"].iloc[0]),
        "real": int(undamaged["real"].iloc[0]),
        "draws": len(undamaged),
        "damages": damages,
        "rows": [
            {
                "title": metrics[metric].title,
                "cells": [build_cell(by_place[metric, damage]) for damage in damages],
            }
            for metric in order
        ],
        "failures": {
            damage: [
                describe_failure(by_place[metric, damage], metrics[metric])
                for metric in order
                if by_place[metric, damage].fails
            ]
            for damage in damages
        },
        "claimed": sum(reaction.expected is not None for reaction in reactions),
        "failed": sum(reaction.fails for reaction in reactions),
        "levels": {damage: list_levels(table, damage) for damage in damages},
        "repeating": list_repeating_levels(table),
        "charts": {
            damage: draw_charts(table, damage, metrics, across=TEXTS[damage].axis)
            for damage in damages
        },
    }


def list_levels(table: pd.DataFrame, damage: str) -> list[str]:
    """List the levels of a damage, formatted."""
    levels = table.loc[table["damage"] == damage, "level"].unique()
    return [TEXTS[damage].format_short(level) for level in sorted(levels)]


def list_repeating_levels(table: pd.DataFrame) -> list[str]:
    """List the numbers of dropped classes with sets that repeat images for lack of others."""
    rows = table[table["damage"] == "dropped_classes"].groupby("level")[["samples", "distinct"]]
    means = rows.mean()
    # by chance, two images are equal
    repeating = means.index[means["distinct"] < 0.95 * means["samples"]]
    return [TEXTS["dropped_classes"].format_short(level) for level in repeating]


def build_expectations(metrics: Mapping[str, Metric]) -> list[dict[str, Any]]:
    """Build the table of what should happen: a row for each group, a cell for each damage."""
    return [
        {
            "metrics": [metrics[metric].title for metric in names],
            "cells": [EXPECTED[group].get(damage, "") for damage in TEXTS],
        }
        for group, names in GROUPS.items()
    ]


def build_context(folder: Path, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """Build what the template of the page needs from the tables of a folder."""
    directions = tracks.metric_directions()
    return {
        "results": [
            build_results(name, table, metrics, directions)
            for name, table in read_tables(folder).items()
        ],
        "texts": TEXTS,
        "expectations": build_expectations(metrics),
        "rule": reactions,
    }
