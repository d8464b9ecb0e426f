"""All metrics -> tables: `gan-benchmark report`.

- results/scores.csv: one row per track, data set, variant, seed and metric;
- results/leaderboard.csv: one row per track, data set and variant, seeds summarised;
- results/comparisons.csv: one row for each two variants of a data set, by its headline metric;
- results/across.csv: one row per variant, over all data sets of tracks that share their variants;
- results/claims.csv: one row for each claim of a paper, with what came of it;
- the table in README.md, between its two marks.
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import gans
from benchmark import config, tracks
from benchmark.common.files import read_json
from benchmark.common.messages import stop
from benchmark.reporting import across, claims, statistics

RESULTS = Path("results")
README = Path("README.md")
MARKS = ("<!-- leaderboard -->", "<!-- /leaderboard -->")
COLUMNS = (
    *("track", "dataset", "variant", "family", "kind", "seed", "metric", "value"),
    *("higher_is_better", "samples", "feature_space", "status", "verdict"),
)
COMPARED = (
    *("track", "dataset", "metric", "first", "second"),
    *("difference", "low", "high", "improvement", "p", "p_adjusted"),
)
COSTS = ("parameters", "multiply_adds_per_sample", "seconds", "peak_memory_bytes")


def scores(settings: config.Params) -> pd.DataFrame:
    """One row per track, data set, variant, seed and metric, in the order of params.yaml."""
    rows = []
    for name, track in settings.tracks.items():
        for dataset in track.datasets:
            folder = Path("references") / dataset
            facts = read_json(folder / "evaluation.json")
            for variant, seeds in read_json(Path("references") / f"{dataset}.json").items():
                for seed, metrics in seeds.items():
                    where = (name, dataset, variant, "reference", "reference", int(seed))
                    rows += _rows(where, metrics, facts, "ok", None)
    for run in settings.runs:
        where = (
            run.track,
            run.dataset,
            run.variant,
            gans.family(run.variant),
            settings.tracks[run.track].variants[run.variant].kind,
            run.seed,
        )
        status = read_json(run.trained / "training.json")["status"]
        facts = read_json(run.scored / "evaluation.json")
        verdict = read_json(run.scored / "health.json")["verdict"]
        rows += _rows(where, read_json(run.metrics), facts, status, verdict)
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(
    where: tuple,
    metrics: dict[str, float],
    facts: dict[str, Any],
    status: str,
    verdict: str | None,
) -> list:
    return [
        (
            *where,
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


def leaderboard(table: pd.DataFrame, settings: config.Params) -> pd.DataFrame:
    """One row per track, data set and variant, the best mean of its headline first.

    For each metric: mean, median, 95 % interval (low, high) and range of ranks among the trained
    variants; then the number of seeds and of diverged ones, the verdicts on the seeds, and the
    mean cost of a run.
    """
    costs, intervals = _costs(settings.runs), _intervals(table)
    rows = []
    for (track, dataset), part in table.groupby(["track", "dataset"], sort=False):
        ranks = _ranks(part[part["kind"] != "reference"])
        for variant, own in part.groupby("variant", sort=False):
            row = dict(own.iloc[0][list(COLUMNS[:5])])
            row["seeds"] = own["seed"].nunique()
            row["diverged"] = own.loc[own["status"] == "diverged", "seed"].nunique()
            row["verdict"] = _verdicts(own.drop_duplicates("seed")["verdict"])
            for metric, group in own.groupby("metric", sort=False):
                values = group["value"]
                row[f"{metric}_mean"], row[f"{metric}_median"] = values.mean(), values.median()
                where = (track, dataset, variant, metric)
                row[f"{metric}_low"], row[f"{metric}_high"] = intervals[where]
                best, worst = ranks.get((metric, variant), (None, None))
                row[f"{metric}_rank_best"], row[f"{metric}_rank_worst"] = best, worst
            rows.append(row | costs.get((track, dataset, variant), {}))
    frame = pd.DataFrame(rows).convert_dtypes()
    ordered = []
    for (track, _), own in frame.groupby(["track", "dataset"], sort=False):
        metric = tracks.load(str(track)).headline
        up = bool(tracks.metric_directions()[metric])
        ordered.append(own.sort_values(f"{metric}_mean", ascending=not up, kind="stable"))
    return pd.concat(ordered, ignore_index=True)


def _intervals(table: pd.DataFrame) -> dict[tuple, tuple[float, float]]:
    """(track, data set, variant, metric) -> interval; of as many seeds, resampled at once."""
    seeds = table.groupby(["track", "dataset", "variant", "metric"])["value"].apply(list)
    found: dict[tuple, tuple[float, float]] = {}
    for _, own in seeds.groupby(seeds.map(len)):
        ends = zip(*statistics.interval(own.to_list()), strict=True)
        found.update(zip(own.index, ends, strict=True))
    return found


def _verdicts(seeds: pd.Series) -> str | None:
    """Such as ``healthy 2/3, mode collapse 1/3``, the most frequent first; None for references."""
    counts = seeds.value_counts()
    return ", ".join(f"{name} {count}/{len(seeds)}" for name, count in counts.items()) or None


def _ranks(trained: pd.DataFrame) -> dict[tuple, tuple[int, int]]:
    """(metric, variant) -> range of ranks."""
    ranks = {}
    for metric, group in trained.groupby("metric", sort=False):
        better = tracks.metric_directions()[str(metric)]
        if better is None:  # neither end is good
            continue
        seeds = {str(name): list(own) for name, own in group.groupby("variant")["value"]}
        for variant, span in statistics.rank_ranges(seeds, higher_is_better=better).items():
            ranks[metric, variant] = span
    return ranks


def comparisons(table: pd.DataFrame, ranking: pd.DataFrame) -> pd.DataFrame:
    """Each two trained variants of a data set by its headline metric, the better mean first.

    How much higher the first is with its interval, how probable it is that a run of it is better,
    and p, adjusted for the number of pairs of the data set. Variants with a seed that diverged are
    in no pair.

    Args:
        table: as of `scores`.
        ranking: as of `leaderboard`.
    """
    rows = []
    for (name, dataset), own in ranking.groupby(["track", "dataset"], sort=False):
        metric = tracks.load(str(name)).headline
        better = bool(tracks.metric_directions()[metric])
        part = table[(table["track"] == name) & (table["dataset"] == dataset)]
        seeds = part[part["metric"] == metric].groupby("variant")["value"].apply(list)
        trained = [row for row in own["variant"][own["kind"] != "reference"] if row in seeds]
        trained = [variant for variant in trained if np.isfinite(seeds[variant]).all()]
        pairs = list(itertools.combinations(trained, 2))
        if not pairs:
            continue
        first, second = ([seeds[variant] for variant in own] for own in zip(*pairs, strict=True))
        ahead = statistics.probability_of_improvement(first, second, higher_is_better=better)
        p_values = statistics.permutation_p(first, second)
        found = (*statistics.difference(first, second), ahead, p_values, statistics.holm(p_values))
        rows += [
            (name, dataset, metric, *pair, *numbers)
            for pair, *numbers in zip(pairs, *found, strict=True)
        ]
    return pd.DataFrame(rows, columns=COMPARED)


def _costs(runs: list[config.Run]) -> dict[tuple, dict[str, float]]:
    """(track, data set, variant) -> the mean cost of a run."""
    facts = [
        {
            name: cost
            for name, cost in read_json(run.trained / "training.json").items()
            if name in COSTS
        }
        | {"track": run.track, "dataset": run.dataset, "variant": run.variant}
        for run in runs
    ]
    means = pd.DataFrame(facts).groupby(["track", "dataset", "variant"])[list(COSTS)].mean()
    return {key: dict(row.round(2)) for key, row in means.iterrows()}  # type: ignore[misc]


def markdown(ranking: pd.DataFrame) -> str:
    """The leaderboards of images as Markdown tables, each row with the modes it finds in the plane.

    FID with interval and ranks, three more means, and the mean number of modes on each data set of
    points that has any.
    """
    plane = ranking[ranking["track"] == "toy"]
    plane = plane[plane["modes_mean"].notna()] if len(plane) else plane
    modes = plane.set_index(["variant", "dataset"])["modes_mean"] if len(plane) else {}
    further = list(dict.fromkeys(plane["dataset"]))
    images = ranking[ranking["track"] == "images"]
    parts = []
    for dataset, rows in images.groupby("dataset", sort=False):
        parts += [f"**{dataset}**", ""] if images["dataset"].nunique() > 1 else []
        heads = ["rank", "variant", "FID", "95 % interval", "IS", "precision", "recall"]
        heads += [*(f"modes of {name}" for name in further), "seconds"]
        aligned = [":---" if head == "variant" else "---:" for head in heads]
        parts += [f"| {' | '.join(heads)} |", f"| {' | '.join(aligned)} |"]
        for row in rows.to_dict("records"):
            parts.append(_line(row, [modes.get((row["variant"], name)) for name in further]))
        parts.append("")
    return "\n".join(parts).rstrip()


def _line(row: dict, modes: list[float | None]) -> str:
    trained = row["kind"] != "reference"
    best, worst = row["fid_rank_best"], row["fid_rank_worst"]
    runs = [
        ("" if not trained else str(best) if best == worst else f"{best}–{worst}"),
        f"`{row['variant']}`" if trained else f"*{row['variant']}*",
        f"{row['fid_mean']:.2f}",
        "" if pd.isna(row["fid_low"]) else f"{row['fid_low']:.2f}–{row['fid_high']:.2f}",
        f"{row['is_mean']:.2f}" if pd.notna(row.get("is_mean")) else "",  # not in every space
        f"{row['precision_mean']:.3f}",
        f"{row['recall_mean']:.3f}",
        *("" if pd.isna(found) else f"{found:.1f}" for found in modes),
        f"{row['seconds']:.0f}" if trained else "",
    ]
    return f"| {' | '.join(runs)} |"


def into_readme(text: str) -> None:
    """Put a table between the marks of README.md, if it has them."""
    readme = README.read_text() if README.exists() else ""
    if all(mark in readme for mark in MARKS):
        head, rest = readme.split(MARKS[0], 1)
        tail = rest.split(MARKS[1], 1)[1]
        README.write_text(f"{head}{MARKS[0]}\n{text}\n{MARKS[1]}{tail}")


def write_tables() -> None:
    """Write all tables, of the runs that are scored."""
    every = config.load()
    settings = every.with_results()
    count, missing = len(every.runs), len(every.runs) - len(settings.runs)
    if missing == count:
        stop("expected scored runs in runs/, got none; run make repro first")
    if missing:
        print(f"{missing} of {count} runs of {config.FILE} are not scored: the tables omit them")
    RESULTS.mkdir(exist_ok=True)
    table = scores(settings)
    ranking = leaderboard(table, settings)
    table.to_csv(RESULTS / "scores.csv", index=False, lineterminator="\n")
    ranking.to_csv(RESULTS / "leaderboard.csv", index=False, lineterminator="\n")
    compared = comparisons(table, ranking)
    compared.to_csv(
        RESULTS / "comparisons.csv", index=False, lineterminator="\n", float_format="%.6g"
    )
    overall = across.table(table, settings)
    overall.to_csv(RESULTS / "across.csv", index=False, lineterminator="\n", float_format="%.6g")
    judged = claims.table(table, claims.load())
    judged.to_csv(RESULTS / "claims.csv", index=False, lineterminator="\n", float_format="%.6g")
    into_readme(markdown(ranking))
    for (name, dataset), rows in ranking.groupby(["track", "dataset"], sort=False):
        metric = tracks.load(str(name)).headline
        shown = ["variant", *(f"{metric}_{what}" for what in ("mean", "low", "high"))]
        print(f"{dataset}\n{rows[shown].to_string(index=False)}")
