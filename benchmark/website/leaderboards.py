"""Rows, columns, scales and best values of the tables of a leaderboard."""

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import tracks
from benchmark.common.files import read_yaml
from benchmark.common.messages import stop
from benchmark.config import Params, Run
from benchmark.reporting import records
from benchmark.reporting.agreement import compute_rank_agreement
from benchmark.reporting.trends import read_trajectory
from benchmark.tracks.base.page import Page
from benchmark.tracks.base.track import Track
from benchmark.website import SOURCE, display
from benchmark.website.equal_cost import rank_at_equal_costs
from benchmark.website.samples import Shown, load_captions, samples_folder, show_first_samples
from benchmark.website.standing import describe_standing

SEED_COLUMNS = ["seed", "status", "verdict", "metric", "value"]
CLASSIFIER_METRICS = ("classifier_2_fid", "classifier_3_fid")  # in spaces beside that of FID
HEADLINE_METRICS = 4  # columns of a leaderboard whose page names none


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
    """
    track = tracks.load(name)
    page = track.page()
    section = settings.tracks[name]
    runs = [run for run in settings.runs if (run.track, run.dataset) == (name, dataset)]
    scored = {run.variant for run in runs}
    variants = {variant: entry for variant, entry in section.variants.items() if variant in scored}
    scores = scores[(scores["track"] == name) & (scores["dataset"] == dataset)]
    facets = load_facets()
    rows = [
        build_row(row, scores, track, page) | {"facets": facets.get(row["variant"], {})}
        for row in ranking
        if (row["track"], row["dataset"]) == (name, dataset)
    ]
    trained = [row for row in rows if row["kind"] != "reference"]
    finished = [row for row in trained if not row["diverged"]]
    # reference rows would stretch every axis; where they fall outside, an arrow says so
    trained_scores = scores[scores["kind"] != "reference"]
    # tables can be older than the track, and have metrics that it has no longer
    shown = set(trained_scores["metric"]) & track.metric_directions().keys()
    higher = metric_directions(scores, shown)
    metrics = [
        *(metric for metric in page.metrics if metric in higher),
        *(metric for metric in higher if metric not in page.metrics),
    ]
    headlines = headline_metrics(track, page, metrics)
    has_truth = page.condition == "images" and "psnr" in higher
    references = [row for row in rows if row["kind"] == "reference"]
    standing = describe_standing(
        trained,
        references,
        track.headline,
        higher_is_better=bool(track.metric_directions()[track.headline]),
    )
    return {
        "name": name,
        "standing": standing,
        "page": page,
        "dataset": dataset,
        "has_truth": has_truth,
        "settings": section.model_copy(update={"variants": variants}),
        "facts": records.read_evaluation(Path("references") / dataset),
        "hardware": list_hardware(runs),
        "seconds": sum(row["seconds"] * row["seeds"] for row in trained),
        "headline": track.headline,
        "curve": track.curve,
        "metrics": headlines,
        "further": [metric for metric in metrics if metric not in headlines],
        "higher": higher,
        "scales": {
            metric: display.Scale.over(
                trained_scores.loc[trained_scores["metric"] == metric, "value"]
            )
            for metric in metrics
        },
        "best": {
            metric: display.find_best(finished, f"{metric}_mean", higher[metric])
            for metric in metrics
        }
        | {"seconds": display.find_best(finished, "seconds", False)},
        "trained": trained,
        "captions": load_captions(dataset) if page.condition == "captions" else [],
        "references": references,
        "agreement": compute_rank_agreement(trained_scores, "fid", "random_fid"),
        "classifiers": [
            (metric, compute_rank_agreement(trained_scores, "fid", metric))
            for metric in CLASSIFIER_METRICS
            if metric in shown
        ],
        "equal_costs": rank_at_equal_costs(
            {row["variant"]: list_finished_runs(row) for row in trained}, track.curve
        ),
        "explanations": {**page.references, **(page.truth_references if has_truth else {})},
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


def headline_metrics(track: Track, page: Page, metrics: list[str]) -> list[str]:
    """Choose the columns of a leaderboard, the one it is sorted by among them."""
    if page.headline_metrics:
        return [metric for metric in page.headline_metrics if metric in metrics]
    ordered = sorted(metrics, key=lambda metric: metric != track.headline)
    return ordered[:HEADLINE_METRICS]


def build_row(
    row: dict[str, Any], scores: pd.DataFrame, track: Track, page: Page
) -> dict[str, Any]:
    """Add to a row its scores by seed and over training, and its first samples.

    Args:
        row: of results/leaderboard.csv.
        scores: the rows of its data set in results/scores.csv.
        track: of the row.
        page: of the track.
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
    runs = [Run(row["track"], row["dataset"], row["variant"], seed["seed"]) for seed in by_seed]
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
    return extended | summarise(runs, finished, track.curve)


def list_finished_runs(row: dict[str, Any]) -> list[Run]:
    """List the runs of a row of a leaderboard that did not diverge."""
    statuses = [seed["status"] for seed in row["by_seed"]]
    return [run for run, status in zip(row["runs"], statuses, strict=True) if status != "diverged"]


def show_row(row: dict[str, Any], page: Page) -> Shown:
    """Show the samples of a row on its leaderboard, those of the first seed or draw."""
    run = row["runs"][0]
    picture = run.scored / "samples.png"
    if row["kind"] == "reference":
        picture = Path("references") / run.dataset / f"{run.variant}.png"
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


def load_facets(file: Path = SOURCE / "facets.yaml") -> dict[str, dict[str, str]]:
    """Load variant -> facet -> the group of the variant."""
    facets: dict[str, dict[str, str]] = {}
    content = read_yaml(file)
    if not isinstance(content, dict):
        stop(f"{file}: expected a block of facets, got another value; write a name and its groups")
    for facet, groups in content.items():
        if not isinstance(groups, dict):
            stop(f"{file}: {facet}: expected a block of groups, got another value; write one")
        for group, variants in groups.items():
            if not isinstance(variants, list) or not all(isinstance(v, str) for v in variants):
                stop(f"{file}: {facet}.{group}: expected a list of variants, got none; write one")
            for variant in variants:
                facets.setdefault(variant, {})[facet] = group
    return facets


def list_hardware(runs: list[Run]) -> list[str]:
    """List the machines that trained the runs, each once."""
    machines = []
    for run in runs:
        machine = records.read_training(run)["hardware"]
        cores = f"{machine['threads']} of {machine['cores']} cores"
        machines.append(machine["accelerator"] or f"{machine['processor']}, {cores}")
    return list(dict.fromkeys(machines))
