"""What the tables of a leaderboard show: rows, columns, scales, the best of each column."""

import csv
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from benchmark import tracks
from benchmark.common.files import read_json
from benchmark.config import Params, Run
from benchmark.website import SOURCE, display
from benchmark.website.display import METRICS
from benchmark.website.samples import Shown, folder, said, samples

# the columns of the leaderboards themselves
HEADLINES = {
    "images": ("fid", "is", "precision", "recall"),
    "toy": ("wasserstein", "modes", "high_quality", "jensen_shannon"),
    "translation": ("fid", "perceptual", "psnr", "class_accuracy"),
    "multimodal": ("fid", "output_diversity", "class_accuracy", "perceptual"),
    "domains": ("perceptual", "psnr", "domain_accuracy", "fid"),
    "superresolution": ("perceptual", "psnr_y", "ssim_y", "fid"),
    "text_to_image": ("r_precision", "class_accuracy", "attribute_accuracy", "fid"),
    "video": ("fvd", "frame_fid", "motion", "content_consistency"),
    "text": ("jaccard_distance", "fed", "nll_oracle", "valid", "nll_gen"),
}
BY_SEED = ["seed", "status", "verdict", "metric", "value"]


def build_leaderboard(
    settings: Params, name: str, dataset: str, scores: pd.DataFrame, ranked: list[dict[str, Any]]
) -> dict[str, Any]:
    """A leaderboard: its rows in the order of the report, references apart.

    Args:
        settings: the parameters.
        name: of the leaderboard.
        dataset: its data set.
        scores: results/scores.csv.
        ranked: the rows of results/leaderboard.csv.
    """
    mine = scores[(scores["track"] == name) & (scores["dataset"] == dataset)]
    track = settings.tracks[name]
    runs = [run for run in settings.runs if (run.track, run.dataset) == (name, dataset)]
    made = {run.variant for run in runs}
    variants = {variant: entry for variant, entry in track.variants.items() if variant in made}
    rows = [
        row(own, mine, tracks.load(name).curve)
        for own in ranked
        if (own["track"], own["dataset"]) == (name, dataset)
    ]
    groups = facets()
    for own in rows:
        own["facets"] = groups.get(own["variant"], {})
    trained = [row for row in rows if row["kind"] != "reference"]
    first = mine.drop_duplicates("metric").set_index("metric")["higher_is_better"]
    # reference rows would stretch every axis; where they fall outside, an arrow says so
    drawn = mine[mine["kind"] != "reference"]
    direction = {
        name: None if pd.isna(better) else better
        for name, better in first.items()
        if name in set(drawn["metric"])  # a leaderboard without conditional rows has less to show
    }
    metrics = [
        *(m for m in METRICS if m in direction),
        *(m for m in direction if m not in METRICS),
    ]
    return {
        "name": name,
        "dataset": dataset,
        "given": display.GIVEN.get(name),
        "settings": track.model_copy(update={"variants": variants}),
        "facts": read_json(Path("references") / dataset / "evaluation.json"),
        "hardware": hardware(runs),
        "seconds": sum(row["seconds"] * row["seeds"] for row in trained),
        "headline": tracks.load(name).headline,
        "curve": tracks.load(name).curve,
        "metrics": [metric for metric in HEADLINES[name] if metric in metrics],
        "further": [metric for metric in metrics if metric not in HEADLINES[name]],
        "higher": direction,
        "scales": {
            m: display.Scale.over(drawn.loc[drawn["metric"] == m, "value"]) for m in metrics
        },
        "best": {m: display.best(trained, f"{m}_mean", direction[m]) for m in metrics}
        | {"seconds": display.best(trained, "seconds", False)},
        "trained": trained,
        "captions": said(dataset) if name == "text_to_image" else [],
        "references": [row for row in rows if row["kind"] == "reference"],
    }


def row(row: dict[str, Any], scores: pd.DataFrame, curve: str) -> dict[str, Any]:
    """A row of the leaderboard, its scores by seed and over training, and its first samples.

    Args:
        row: of results/leaderboard.csv.
        scores: the rows of its data set in results/scores.csv.
        curve: the metric that is taken over training; lower is better.
    """
    own = scores[scores["variant"] == row["variant"]]
    seeds: dict[int, dict[str, Any]] = {}
    for seed, status, verdict, metric, value in own[BY_SEED].itertuples(index=False, name=None):
        if seed not in seeds:  # not every row has all metrics
            missing = dict.fromkeys(scores["metric"].unique(), math.nan)
            seeds[seed] = {"seed": seed, "status": status, "verdict": verdict} | missing
        seeds[seed][metric] = value
    by_seed = [seeds[seed] for seed in sorted(seeds)]
    where = row["track"], row["dataset"], row["variant"]
    verdicts = Counter(seed["verdict"] for seed in by_seed if pd.notna(seed["verdict"]))
    found = row | {
        "by_seed": by_seed,
        "runs": [Run(*where, int(seed["seed"])) for seed in by_seed],
        "verdicts": dict(verdicts.most_common()),
    }
    found["pictures"] = first(found).told
    return found if row["kind"] == "reference" else found | trained(found["runs"], curve)


def first(row: dict[str, Any]) -> Shown:
    """The samples of a row that its leaderboard shows, those of the first seed or draw."""
    run = row["runs"][0]
    picture = run.scored / "samples.png"
    if row["kind"] == "reference":
        picture = Path("references") / run.dataset / f"{run.variant}.png"
    return samples(picture, f"{folder(run)}/samples-{run.seed}", run.track)


def trained(runs: list[Run], curve: str) -> dict[str, Any]:
    """The scores of a row over training, and the means over its seeds of the best and the last."""
    trajectories = [over_training(own.trajectory, curve) for own in runs]
    finite = [[own for own in values if math.isfinite(own)] for _, values in trajectories]
    return {
        "trajectories": trajectories,
        "best": mean(min(values) for values in finite if values),
        "last": mean(values[-1] for values in finite if values),
    }


def over_training(file: Path, curve: str) -> list[list[float]]:
    """What was seen at each moment, and a metric then, of a table that scoring has left."""
    with file.open(newline="") as table:
        rows = [(int(row["samples_seen"]), float(row[curve])) for row in csv.DictReader(table)]
    return [list(column) for column in zip(*rows, strict=True)] or [[], []]


def mean(values: Iterable[float]) -> float:
    """Of numbers; NaN of none."""
    known = list(values)
    return sum(known) / len(known) if known else float("nan")


def facets(file: Path = SOURCE / "facets.yaml") -> dict[str, dict[str, str]]:
    """Variant -> facet -> the group that it is in, as the file has them."""
    found: dict[str, dict[str, str]] = {}
    for facet, groups in YAML(typ="safe").load(file.read_text()).items():
        for group, variants in groups.items():
            for variant in variants:
                found.setdefault(variant, {})[facet] = group
    return found


def hardware(runs: list[Run]) -> list[str]:
    """What the runs were trained on, each machine once."""
    machines = []
    for run in runs:
        machine = read_json(run.trained / "training.json")["hardware"]
        cores = f"{machine['threads']} of {machine['cores']} cores"
        machines.append(machine["accelerator"] or f"{machine['processor']}, {cores}")
    return list(dict.fromkeys(machines))
