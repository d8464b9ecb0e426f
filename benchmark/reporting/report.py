"""Summarise all scores in tables: `gan-benchmark report`.

- tables/scores.csv: one row per track, data set, variant, seed and metric;
- tables/leaderboard.csv: one row per track, data set and variant, seeds summarised;
- tables/comparisons.csv: one row for each two variants with the same condition on a data set, by
  its headline metric;
- tables/across.csv: one row per variant, over all data sets of tracks that share their variants;
- tables/claims.csv: one row for each claim of a paper, with its verdict;
- tables/tricks.csv: one row for each trick of the trade and data set; only with results of these.

A row that is not made here, or not with its present code and settings, has the scores of its record
in results/, if there is one. `gan-benchmark record` copies the tables to results/.
"""

import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark import config, tracks
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.records import outputs, restore
from benchmark.reporting import (
    across,
    claims,
    comparisons,
    conditions,
    health,
    ranks,
    statistics,
    trends,
    tricks,
)

FOLDER = Path("tables")
COLUMNS = (
    *("track", "dataset", "variant", "family", "kind", "seed", "metric", "value"),
    *("higher_is_better", "samples", "feature_space", "status", "verdict"),
)


def collect_scores(settings: config.Params) -> pd.DataFrame:
    """Collect the scores: one row per track, data set, variant, seed and metric."""
    rows = []
    for name, track in settings.tracks.items():
        for dataset in track.datasets:
            facts = outputs.read_evaluation(config.find_references(dataset))
            for variant, seeds in outputs.read_reference_scores(dataset).items():
                for seed, metrics in seeds.items():
                    keys = (name, dataset, variant, "reference", "reference", seed)
                    rows += _list_scores(keys, metrics, facts, "ok", None)
    for run in settings.runs:
        keys = (
            run.track,
            run.dataset,
            run.variant,
            gans.family(run.variant),
            settings.tracks[run.track].variants[run.variant].kind,
            run.seed,
        )
        status, verdict = outputs.read_training(run)["status"], health.diagnose_run(run)["verdict"]
        facts = outputs.read_evaluation(run.scored)
        rows += _list_scores(keys, outputs.read_scores(run), facts, status, verdict)
    return pd.DataFrame(rows, columns=COLUMNS)


def _list_scores(
    keys: tuple,
    metrics: dict[str, float],
    facts: dict[str, Any],
    status: str,
    verdict: str | None,
) -> list:
    return [
        (
            *keys,
            metric,
            value,
            tracks.metric_directions()[metric],
            facts["samples"],
            facts["feature_space"],
            status,
            verdict,
        )
        for metric, value in metrics.items()
    ]


def rank_variants(table: pd.DataFrame, settings: config.Params) -> pd.DataFrame:
    """Build the leaderboards: one row per track, data set and variant.

    The rows of a data set are grouped by condition, in the order of `conditions.CONDITIONS`, then
    reference rows; the best mean of a group is first. Each metric has mean, median and 95 %
    interval (low, high) over the finished seeds, and the range of ranks among the trained variants
    of the group. Other columns: the number of seeds and of diverged seeds, the verdicts, the trend
    at the end of training, and the mean cost of a run. A variant with diverged seeds comes after
    the complete ones that it ties with; one of which all seeds diverged has neither scores nor
    ranks, and comes last in its group.

    Args:
        table: of `collect_scores`, after `statistics.mask_diverged`.
        settings: the parameters.
    """
    costs, changes = _compute_costs(settings), trends.judge_rows(settings)
    rows = []
    for (track, dataset), part in table.groupby(["track", "dataset"], sort=False):
        trained = part[part["kind"] != "reference"]
        by_variant = {name: conditions.find_condition(name) for name in trained["variant"].unique()}
        groups = trained.groupby(trained["variant"].map(by_variant))
        spans = {key: span for _, group in groups for key, span in _compute_ranks(group).items()}
        for variant, selection in part.groupby("variant", sort=False):
            row = dict(selection.iloc[0][list(COLUMNS[:5])])
            row["condition"] = by_variant.get(variant)
            row["seeds"] = selection["seed"].nunique()
            row["diverged"] = selection.loc[selection["status"] == "diverged", "seed"].nunique()
            row["verdict"] = _summarise_verdicts(selection.drop_duplicates("seed")["verdict"])
            row["trend"] = changes.get((track, dataset, variant))
            for metric, group in selection.groupby("metric", sort=False):
                values = group["value"].dropna()
                row[f"{metric}_mean"], row[f"{metric}_median"] = values.mean(), values.median()
                estimate = statistics.estimate_mean(values)
                row[f"{metric}_low"], row[f"{metric}_high"] = statistics.compute_interval(estimate)
                best, worst = spans.get((metric, variant), (None, None))
                row[f"{metric}_rank_best"], row[f"{metric}_rank_worst"] = best, worst
            rows.append(row | costs.get((track, dataset, variant), {}))
    frame = pd.DataFrame(rows).convert_dtypes()
    leaderboards = frame.groupby(["track", "dataset"], sort=False)
    return pd.concat(
        [_sort_groups(rows, table, *map(str, keys)) for keys, rows in leaderboards],
        ignore_index=True,
    )


def _sort_groups(rows: pd.DataFrame, table: pd.DataFrame, track: str, dataset: str) -> pd.DataFrame:
    """Sort the rows of a data set by condition, reference rows last, and those of each group."""
    scores = table[(table["track"] == track) & (table["dataset"] == dataset)]
    groups = [rows[rows["condition"] == condition] for condition in conditions.CONDITIONS]
    groups.append(rows[rows["condition"].isna()])  # reference rows
    return pd.concat([_sort_rows(group, scores, track) for group in groups if len(group)])


def _sort_rows(rows: pd.DataFrame, scores: pd.DataFrame, track: str) -> pd.DataFrame:
    """Sort the rows of a group by their scores on the data set; see `ranks.order_rows`."""
    metric = tracks.load(track).headline
    is_of_group = (scores["metric"] == metric) & scores["variant"].isin(rows["variant"])
    seeds = _list_seeds(scores[is_of_group])
    order = ranks.order_rows(seeds, higher_is_better=bool(tracks.metric_directions()[metric]))
    last = (math.inf, True)
    places = sorted(range(len(rows)), key=lambda at: order.get(rows["variant"].iloc[at], last))
    return rows.iloc[places]


def _list_seeds(scores: pd.DataFrame) -> dict[str, list[float]]:
    """List the scores of each variant by one metric, without variants that have none."""
    return {
        str(name): list(values)
        for name, values in scores.groupby("variant")["value"]
        if values.notna().any()
    }


def _summarise_verdicts(seeds: pd.Series) -> str | None:
    """Count verdicts, as in ``healthy 2/3, mode collapse 1/3``; None for reference rows."""
    counts = seeds.value_counts()
    return ", ".join(f"{name} {count}/{len(seeds)}" for name, count in counts.items()) or None


def _compute_ranks(trained: pd.DataFrame) -> dict[tuple, tuple[int, int]]:
    """Compute the range of ranks of each (metric, variant)."""
    results: dict[tuple, tuple[int, int]] = {}
    for metric, group in trained.groupby("metric", sort=False):
        better = tracks.metric_directions()[str(metric)]
        if better is None:  # neither end is good
            continue
        spans = ranks.compute_ranks(_list_seeds(group), higher_is_better=better)
        results |= {(metric, variant): span for variant, span in spans.items()}
    return results


def _compute_costs(settings: config.Params) -> dict[tuple, dict[str, float]]:
    """Compute the mean costs of a run by (track, data set, variant).

    Diverged runs, which stop early, count only where no run has finished.
    """
    results = {}
    for runs in settings.rows.values():
        facts = [outputs.read_training(run) for run in runs]
        finished = [fact for fact in facts if fact["status"] != "diverged"] or facts
        means = pd.DataFrame(finished)[list(outputs.COSTS)].mean().round(2)
        results[runs[0].track, runs[0].dataset, runs[0].variant] = means.to_dict()
    return results


def write_tables(params: config.Params, printed: Collection[str] = ()) -> None:
    """Write all tables for the scored runs, and print leaderboards.

    Exits with one line if no run is scored.

    Args:
        params: the parameters.
        printed: data sets whose leaderboards are printed; by default all.
    """
    settings = restore.select_results(params)
    if not settings.runs:
        stop("expected scored runs in runs/ or records in results/, got none; run make repro first")
    printed = printed or params.datasets
    count, scored = (
        sum(run.dataset in printed for run in runs)
        for runs in (params.list_runs(settings.rows), settings.runs)
    )
    if scored < count:
        names = config.FILE if len(printed) == len(params.datasets) else ", ".join(sorted(printed))
        print(f"{count - scored} of {count} runs of {names} are not scored: the tables omit them")
    loaded = claims.load_claims()  # before the first table is written
    make_folder(FOLDER)
    scores = collect_scores(settings)
    scores.to_csv(FOLDER / "scores.csv", index=False, lineterminator="\n")
    table = statistics.mask_diverged(scores)
    ranking = rank_variants(table, settings)
    ranking.to_csv(FOLDER / "leaderboard.csv", index=False, lineterminator="\n")
    compared = comparisons.compare_variants(table, ranking)
    compared.to_csv(
        FOLDER / "comparisons.csv", index=False, lineterminator="\n", float_format="%.6g"
    )
    overall = across.build_table(table, settings)
    overall.to_csv(FOLDER / "across.csv", index=False, lineterminator="\n", float_format="%.6g")
    checked = claims.build_table(table, loaded)
    checked.to_csv(FOLDER / "claims.csv", index=False, lineterminator="\n", float_format="%.6g")
    tricks.write_results(tricks.build_table(table, ranking, params), FOLDER)
    groups = ranking.groupby(["track", "dataset", "condition"], sort=False, dropna=False)
    for (name, dataset, condition), rows in groups:
        if dataset not in printed:
            continue
        metric = tracks.load(str(name)).headline
        columns = ["variant", *(f"{metric}_{what}" for what in ("mean", "low", "high"))]
        columns += ["diverged"] if rows["diverged"].any() else []
        title = "reference rows" if pd.isna(condition) else f"condition {condition}"
        print(f"{dataset}, {title}\n{rows[columns].to_string(index=False)}")
