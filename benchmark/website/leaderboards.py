"""Groups, rows and best values of the tables of a leaderboard."""

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import tracks
from benchmark.config import RUNS, Params, Run, find_references
from benchmark.config.schema import Budget
from benchmark.records import outputs
from benchmark.reporting.agreement import compute_rank_agreement
from benchmark.reporting.trends import read_trajectory
from benchmark.tracks.base.page import Page
from benchmark.tracks.base.track import Track
from benchmark.tracks.images import FURTHER_CLASSIFIERS
from benchmark.website import display
from benchmark.website.columns import build_columns
from benchmark.website.equal_cost import rank_at_equal_costs
from benchmark.website.facets import load_facets
from benchmark.website.origins import describe_origins
from benchmark.website.samples import Shown, load_captions, samples_folder, show_first_samples
from benchmark.website.standing import describe_standing, describe_trends

SEED_COLUMNS = ["seed", "status", "verdict", "metric", "value"]
# condition of rows -> title of their group, where a leaderboard has several
TITLES = {"none": "unconditional", "labels": "conditional"}


def build_leaderboard(
    settings: Params, name: str, dataset: str, scores: pd.DataFrame, ranking: list[dict[str, Any]]
) -> dict[str, Any]:
    """Build a leaderboard: its rows in the order of the report, references apart.

    Args:
        settings: the parameters.
        name: of the track.
        dataset: of the leaderboard.
        scores: results/scores.csv, after `statistics.mask_diverged`.
        ranking: the rows of results/leaderboard.csv.

    Returns:
        All rows; ``groups``: a leaderboard of the rows of each condition, with their best values,
        their ``standing`` and their ``agreement``, see `build_group`; ``optional``: variants that
        are made only if they are named; ``is_optional``: whether these are all.
    """
    track = tracks.load(name)
    page = track.page()
    section = settings.tracks[name]
    subset = getattr(section.datasets[dataset], "subset", None)
    subset = subset if subset and subset.images else None  # all images are no subset
    runs = [run for run in settings.runs if (run.track, run.dataset) == (name, dataset)]
    scored = {run.variant for run in runs}
    section = section.for_dataset(dataset)
    variants = {variant: entry for variant, entry in section.variants.items() if variant in scored}
    scores = scores[(scores["track"] == name) & (scores["dataset"] == dataset)]
    roots = {run.variant: run.root for run in runs}
    facets = load_facets()
    rows = [
        build_row(row, scores, track, page, root=roots.get(row["variant"], RUNS))
        | {"facets": facets.get(row["variant"], {})}
        for row in ranking
        if (row["track"], row["dataset"]) == (name, dataset)
    ]
    trained = [row for row in rows if row["kind"] != "reference"]
    columns = build_columns(trained, scores, track, page, is_subset=bool(subset))
    has_truth = page.condition == "images" and "psnr" in columns["higher"]
    facts = outputs.read_evaluation(find_references(dataset))
    counts = scores.loc[scores["kind"] != "reference", "samples"]
    count = int(counts.max()) if len(counts) else facts["samples"]
    shared = {
        "name": name,
        "page": page,
        "dataset": dataset,
        "subset": subset,
        "has_truth": has_truth,
        "settings": section.model_copy(update={"variants": variants}),
        "is_optional": dataset in settings.whole.optional_datasets,
        "optional": settings.whole.tracks[name].optional_variants_of(dataset),
        "facts": facts | {"samples": count, "reference_samples": facts["samples"]},
        "hardware": list_hardware(runs),
        "budgets": list(dict.fromkeys(row["budget"] for row in trained)),
        "seconds": sum(row["seconds"] * row["seeds"] for row in trained),
        "origins": describe_origins(trained),
        "headline": track.headline,
        "curve": track.curve,
        "captions": load_captions(dataset) if page.condition == "captions" else [],
        "references": [row for row in rows if row["kind"] == "reference"],
        "explanations": page.explain_references(has_truth=has_truth, is_subset=bool(subset)),
    }
    conditions = list(dict.fromkeys(row["condition"] for row in trained)) or ["none"]
    groups = []
    for condition in conditions:
        members = [row for row in trained if row["condition"] == condition]
        key = dataset if condition == conditions[0] else f"{dataset}-{condition}"
        title = TITLES.get(condition, condition) if len(conditions) > 1 else ""
        keys = {"condition": condition, "key": key, "title": title}
        groups.append(keys | build_group(shared, members, scores, track))
    return shared | columns | {"trained": trained, "groups": groups}


def build_group(
    shared: dict[str, Any], trained: list[dict[str, Any]], scores: pd.DataFrame, track: Track
) -> dict[str, Any]:
    """Build the leaderboard of the rows with one condition.

    Args:
        shared: what all leaderboards of the data set share.
        trained: the rows.
        scores: the rows of the data set in results/scores.csv.
        track: of the data set.
    """
    finished = [row for row in trained if not row["diverged"]]
    columns = build_columns(
        trained, scores, track, shared["page"], is_subset=bool(shared["subset"])
    )
    higher = columns["higher"]
    standing = describe_standing(
        trained,
        shared["references"],
        track.headline,
        higher_is_better=bool(track.metric_directions()[track.headline]),
    )
    members = scores[scores["variant"].isin([row["variant"] for row in trained])]
    return (
        shared
        | columns
        | {
            "trained": trained,
            "standing": standing,
            "trends": describe_trends(trained),
            "best": {
                metric: display.find_best(finished, f"{metric}_mean", higher[metric])
                for metric in higher
            }
            | {"seconds": display.find_best(finished, "seconds", False)},
            "agreement": compute_rank_agreement(members, "fid", "random_fid"),
            "classifiers": [
                (metric, agreement)
                for metric in FURTHER_CLASSIFIERS
                if (agreement := compute_rank_agreement(members, "fid", metric))
            ],
            "equal_costs": rank_at_equal_costs(
                {row["variant"]: list_finished_runs(row) for row in trained}, track.curve
            ),
        }
    )


def build_row(
    row: dict[str, Any], scores: pd.DataFrame, track: Track, page: Page, *, root: Path = RUNS
) -> dict[str, Any]:
    """Add to a row its scores by seed and over training, and its first samples.

    Args:
        row: of results/leaderboard.csv.
        scores: the rows of its data set in results/scores.csv.
        track: of the row.
        page: of the track.
        root: of the outputs of its runs.
    """
    row_scores = scores[scores["variant"] == row["variant"]]
    seeds: dict[int, dict[str, Any]] = {}
    columns = row_scores[SEED_COLUMNS].itertuples(index=False, name=None)
    for seed, status, verdict, metric, value in columns:
        if seed not in seeds:  # not every row has all metrics
            missing = dict.fromkeys(scores["metric"].unique(), math.nan)
            seeds[seed] = {"seed": seed, "status": status, "verdict": verdict} | missing
        seeds[seed][metric] = value
    by_seed = [seeds[seed] for seed in sorted(seeds)]
    verdicts = Counter(seed["verdict"] for seed in by_seed if pd.notna(seed["verdict"]))
    keys = (row["track"], row["dataset"], row["variant"])
    runs = [Run(*keys, seed["seed"], root) for seed in by_seed]
    pictures = show_row(row | {"runs": runs}, page).content
    extended = row | {
        "by_seed": by_seed,
        "runs": runs,
        "verdicts": dict(verdicts.most_common()),
        "pictures": pictures,
    }
    if row["kind"] == "reference":
        return extended
    finished = [seed["status"] != "diverged" for seed in by_seed]
    budget = Budget(**outputs.read_training(runs[0])["budget"])
    return extended | {"budget": budget} | summarise(runs, finished, track.curve)


def list_finished_runs(row: dict[str, Any]) -> list[Run]:
    """List the runs of a row of a leaderboard that did not diverge."""
    statuses = [seed["status"] for seed in row["by_seed"]]
    return [run for run, status in zip(row["runs"], statuses, strict=True) if status != "diverged"]


def show_row(row: dict[str, Any], page: Page) -> Shown:
    """Show the samples of a row on its leaderboard, those of the first seed or draw."""
    run = row["runs"][0]
    picture = run.scored / "samples.png"
    if row["kind"] == "reference":
        picture = find_references(run.dataset) / f"{run.variant}.png"
    return show_first_samples(picture, f"{samples_folder(run)}/samples-{run.seed}", page)


def summarise(runs: list[Run], finished: list[bool], curve: str) -> dict[str, Any]:
    """Read the curves of a row, and average over finished seeds its best and its final value."""
    trajectories = [read_trajectory(run.trajectory, curve) for run in runs]
    finite = [
        [value for value in values if math.isfinite(value)]
        for (_, values), is_finished in zip(trajectories, finished, strict=True)
        if is_finished
    ]
    return {
        "trajectories": trajectories,
        "best": mean(min(values) for values in finite if values),
        "last": mean(values[-1] for values in finite if values),
    }


def mean(values: Iterable[float]) -> float:
    """Average numbers; NaN of none."""
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else math.nan


def list_hardware(runs: list[Run]) -> list[str]:
    """List the machines that trained the runs, each once."""
    machines = []
    for run in runs:
        machine = outputs.read_training(run)["hardware"]
        cores = f"{machine['threads']} of {machine['cores']} cores"
        machines.append(machine["accelerator"] or f"{machine['processor']}, {cores}")
    return list(dict.fromkeys(machines))
