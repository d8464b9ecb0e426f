"""The page on tuning: how scores depend on hyperparameters, from results/search.csv."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import median
from typing import Any

import pandas as pd

from benchmark import tracks
from benchmark.common.files import expect_form, read_table
from benchmark.config import Params
from benchmark.reporting.conditions import find_condition
from benchmark.tracks.base.page import Metric
from benchmark.website.display import number
from benchmark.website.searches import Search, summarise_search
from benchmark.website.tables import RESULTS
from benchmark.website.tuning_charts import draw_searches

TABLE = RESULTS / "search.csv"
REMAKE = f"run git checkout {TABLE}"
COLUMNS = ("track", "dataset", "variant", "settings", "seed", "whole", "budget", "seconds", "score")


def describe_settings(settings: Mapping[str, Any]) -> str:
    """Describe settings in words, such as learning rate 0.002, betas 0 and 0.9, n_critic 2."""
    parts = [f"learning rate {settings['lr']:g}"]
    if "betas" in settings:
        parts.append("betas {:g} and {:g}".format(*settings["betas"]))
    parts += [f"{name} {value}" for name, value in settings.get("model", {}).items()]
    for player, block in settings.get("players", {}).items():
        parts.append(f"learning rate of the {player} {block['lr']:g}")
    return ", ".join(parts)


def divide(worse: float, better: float, *, higher: bool) -> float:
    """Divide the larger of two metrics by the smaller; NaN if they are not both above 0.

    Args:
        worse, better: the metrics.
        higher: whether a higher metric is better.
    """
    low, high = (worse, better) if higher else (better, worse)
    return high / low if low > 0 else math.nan


def is_interchangeable(first: Search, second: Search) -> bool:
    """Whether either of two variants is better, if it has its best settings.

    The other variant has its median score.
    """
    return first.score < second.median and second.score < first.median


def divide_by_condition(searches: Sequence[Search]) -> tuple[list[Search], list[str]]:
    """Divide searches into those of the most frequent condition, and the names of the others.

    Only variants with the same condition compare: labels alone make scores better.
    """
    conditions = [find_condition(search.variant) for search in searches]
    frequent = max(conditions, key=conditions.count, default=None)
    pairs = list(zip(searches, conditions, strict=True))
    return (
        [search for search, condition in pairs if condition == frequent],
        [search.variant for search, condition in pairs if condition != frequent],
    )


def compare_factors(searches: Sequence[Search], *, higher: bool) -> dict[str, Any] | None:
    """Compare what the settings change with what the choice of the variant changes.

    Args:
        searches: of the variants, the best first.
        higher: whether a higher metric is better.

    Returns:
        ``pairs`` of variants, and ``open`` ones, whose order depends on the settings; ``best`` and
        ``middle``: the metric of the best variant and of the median one; ``between``, their
        quotient; ``within``: the quotient between the median score of a variant and its best
        settings, in the median over the variants. None for a single variant.
    """
    if len(searches) < 2:
        return None
    pairs = list(combinations(searches, 2))
    sign = -1 if higher else 1
    best = sign * searches[0].score
    middle = sign * median(search.score for search in searches)
    return {
        "pairs": len(pairs),
        "open": sum(is_interchangeable(*pair) for pair in pairs),
        "best": best,
        "middle": middle,
        "between": divide(middle, best, higher=higher),
        "within": median(
            divide(sign * search.median, sign * search.score, higher=higher) for search in searches
        ),
    }


def describe_findings(factors: Mapping[str, Any] | None, metric: Metric) -> list[str]:
    """Describe in sentences how much the settings matter, beside the choice of the variant.

    Args:
        factors: of `compare_factors`.
        metric: title and digits.
    """
    if factors is None:
        return []
    sentences = [
        f"The order of {factors['open']} of {factors['pairs']} pairs of variants depends on the"
        " settings: either variant, at its best settings, scores better than the other at its"
        " median settings."
    ]
    between, within = factors["between"], factors["within"]
    if not math.isfinite(between) or not math.isfinite(within):
        return sentences
    larger, smaller = ("settings", "variant") if within > between else ("variant", "settings")
    middle, best = (number(factors[key], metric.digits) for key in ("middle", "best"))
    return [
        *sentences,
        f"Between variants, each at its best settings: a factor of {number(between, 2)} between the"
        f" median variant and the best one ({metric.title} {middle} and {best}).",
        f"Between settings: a factor of {number(within, 2)} between the median score of a variant"
        " and its best settings, in the median over the variants.",
        f"By these two factors, the choice of the {larger} matters more than that of the"
        f" {smaller}.",
    ]


def format_score(value: float, digits: int) -> str:
    """Format a score; that of a diverged trial is infinite."""
    return "diverged" if math.isinf(value) else number(value, digits)


def build_row(search: Search, digits: int, *, higher: bool) -> dict[str, Any]:
    """Build the row of a variant in the table of a data set, as text."""
    sign = -1 if higher else 1
    ratio = divide(sign * search.median, sign * search.score, higher=higher)
    return {
        "variant": search.variant,
        "settings": describe_settings(search.best),
        **{
            key: format_score(sign * value, digits)
            for key, value in (
                ("best", search.score),
                ("median", search.median),
                ("worst", search.worst),
            )
        },
        "ratio": number(ratio, 2),
        "diverged": search.diverged,
        "trials": search.trials,
    }


def build_results(
    table: pd.DataFrame, settings: Params, metrics: Mapping[str, Metric], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Build what the page shows of each searched data set.

    Args:
        table: of the trials; those of deleted tracks and variants are left out.
        settings: params.yaml.
        metrics: title and digits of each metric.
        names: variant -> its name.

    Returns:
        Of each data set ``track``, ``dataset``, ``metric`` (its title), ``higher`` (whether it is
        better), ``budgets`` of a trial, the number of ``trials``, their ``hours``, ``rows``,
        ``factors`` (see `compare_factors`) and ``findings`` (sentences), both once all searches are
        finished; ``others``: variants that these leave out, see `divide_by_condition`; ``charts``
        and ``unfinished``: variants whose search is not.
    """
    results = []
    table = table[table["variant"].isin(list(names)) & table["track"].isin(list(tracks.names()))]
    for (track, dataset), trials in table.groupby(["track", "dataset"], sort=False):
        headline = tracks.load(track).headline
        metric, higher = metrics[headline], bool(tracks.metric_directions()[headline])
        summaries = {
            str(variant): summarise_search(str(variant), rows, settings.search)
            for variant, rows in trials.groupby("variant")
        }
        searches = sorted(
            (search for search in summaries.values() if search), key=lambda search: search.score
        )
        missing = settings.whole.tracks[track].variants.keys() - summaries.keys()
        unfinished = [variant for variant, search in summaries.items() if not search]
        unfinished += sorted(missing)
        alike, others = divide_by_condition(searches)
        factors = None if unfinished else compare_factors(alike, higher=higher)
        results.append(
            {
                "track": track,
                "dataset": dataset,
                "metric": metric.title,
                "higher": higher,
                "budgets": list(dict.fromkeys(trials.loc[~trials["whole"], "budget"])),
                "trials": len(trials),
                "hours": trials["seconds"].sum() / 3600,
                "rows": [build_row(search, metric.digits, higher=higher) for search in searches],
                "factors": factors,
                "others": others,
                "findings": describe_findings(factors, metric),
                "charts": draw_searches(searches, metric, names, higher=higher),
                "unfinished": unfinished,
            }
        )
    return results


def read_results(
    settings: Params, metrics: Mapping[str, Metric], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Read the table, and build what the page shows; see `build_results`."""
    table = read_table(TABLE, *COLUMNS, remake=REMAKE)
    with expect_form(TABLE, "trials of a search", remake=REMAKE):
        return build_results(table, settings, metrics, names)
