"""Score any images or features against any others: `gan-benchmark score REAL GENERATED`.

REAL and GENERATED are each one of:

- a folder of images of one size, and the folders in it;
- an .npz (array "images", else "features", else the first) or .npy file of images, uint8 or floats
  in [0, 1] or [-1, 1], as (n, h, w), (n, h, w, c) or (n, c, h, w);
- such a file of features, floats (n, d): scored as they are;
- a data set, as digits or digits:test; without a split, the training images.

The default space is that of the data set, if one is named, otherwise inception. With `--held-out`,
REAL are training samples, and the likelihood of other real samples is computed too.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.common.messages import nearest, quote_empty, stop
from benchmark.data.sources.images import SOURCES
from benchmark.evaluation import inputs
from benchmark.evaluation.inputs import Input
from benchmark.features import extractors, features
from benchmark.metrics.frechet import frechet_distance
from benchmark.tracks.images import Images
from benchmark.tracks.images.real import Real

SPACES = ("classifier", "inception", "dinov2")  # i3d embeds clips
BATCH = 256  # images in memory at a time, at most
MAX_VALUES = 2**26  # of these images together


def compute_report(
    real: Input,
    generated: Input,
    space: extractors.FeatureExtractor | None,
    settings: config.Metrics,
    held_out: Input | None = None,
) -> dict[str, Any]:
    """Compute the scores and their conditions, ready for JSON.

    Args:
        real: the reference.
        generated: the set to score.
        space: where images are compared; None for features.
        settings: the metrics' parameters.
        held_out: real samples that are not in the reference, for the likelihood divergence.
    """
    (ours, _), (theirs, probabilities) = (embed_input(each, space) for each in (real, generated))
    others = None if held_out is None else embed_input(held_out, space)[0]
    sets = [each for each in (real, generated, held_out) if each]
    try:
        scores = Real(ours, settings, others).compare(theirs, probabilities)
    except ValueError as error:  # such as real images that are all equal
        stop(f"{real.name}: {error}")
    notes = [note for each in sets for note in each.notes]
    undefined = [name for name, value in scores.items() if not math.isfinite(value)]
    notes += [f"{name}: not defined for these sets" for name in undefined]
    scores = {name: value for name, value in scores.items() if name not in undefined}
    if space:
        for each in sets:
            notes += [f"{each.name}: {note}" for note in space.describe_preprocessing(each.shape)]
    if probabilities is None:
        notes.append("no Inception Score: there are no class probabilities")
    return {
        "real": describe_set(real),
        "generated": describe_set(generated),
        "held_out": describe_set(held_out) if held_out else None,
        "feature_space": space.name if space else "given features",
        "weights": {"file": str(space.file), "sha256": sha256(space.file)} if space else None,
        "features": ours.shape[1],
        **settings.model_dump(),
        "scores": scores,
        "notes": notes,
        "warnings": list_warnings(real, generated, ours, theirs, fid=scores["fid"]),
    }


def describe_set(samples: Input) -> dict[str, Any]:
    """Describe a set for JSON."""
    return {"name": samples.name, "count": samples.count, "shape": samples.shape}


def embed_input(
    images: Input, space: extractors.FeatureExtractor | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Compute or load features, and class probabilities or None."""
    if space is None:
        return np.concatenate(list(images.batches(BATCH))), None
    if images.dataset and _is_stored(images.dataset[0], space):
        embedded, probabilities = features.load_real_features(*images.dataset)
        if len(embedded) != images.count:
            stop(
                f"{images.name}: expected features of {images.count:,} images, got"
                f" {len(embedded):,}; run gan-benchmark features {images.dataset[0]}"
            )
    else:
        try:
            embedded, probabilities = extractors.embed_batches(
                space,
                images.batches(choose_batch(images.shape)),
                total=images.count,
                title=f"{images.name} in {space.name}",
            )
        except ValueError as error:  # unsupported number of channels
            stop(f"{images.name}: {error}; convert the images")
    is_bad = ~np.isfinite(embedded).all(axis=1)
    if is_bad.any():
        stop(
            f"{images.name}: expected finite features in {space.name}, got others for"
            f" {is_bad.sum()} of {len(is_bad)} images; check {space.file}"
        )
    return embedded, probabilities


def choose_batch(shape: tuple[int, ...]) -> int:
    """Choose how many images of a shape ``(c, h, w)`` are in memory at a time."""
    return max(1, min(BATCH, MAX_VALUES // math.prod(shape)))


def _is_stored(dataset: str, space: extractors.FeatureExtractor) -> bool:
    """Whether the stage ``features`` embedded a data set in this space, with these weights."""
    if not (features.FOLDER / dataset / "space.json").is_file():
        return False
    pinned = features.read_extractor_record(dataset)
    return pinned["space"] == space.name and pinned["sha256"] == sha256(space.file)


def list_warnings(
    real: Input, generated: Input, ours: np.ndarray, theirs: np.ndarray, *, fid: float
) -> list[str]:
    """List warnings about the scores; ``ours`` and ``theirs`` are the features of the sets."""
    lines = []
    if real.kind == "images" and real.shape != generated.shape:
        sizes = ["x".join(map(str, each.shape[1:])) for each in (real, generated)]
        lines.append(
            f"real images are {sizes[0]}, generated ones {sizes[1]}: each is resized, and the"
            " effect of the resize is scored too"
        )
    count, width = min(len(ours), len(theirs)), ours.shape[1]
    if count <= width:
        line = (
            f"{count:,} samples for {width:,} features: their covariance has rank {count - 1:,},"
            " so FID is biased upward and compares only with FIDs of as many samples"
        )
        if count >= 4:
            half = frechet_distance(ours[::2], theirs[::2])
            line += f" (on every second sample it is {half:.4g}, not {fid:.4g})"
        lines.append(f"{line}; at least {width + 1:,} of each are needed, and 50,000 are customary")
    return lines


def choose_space(
    choice: str | None, weights: Path | None, *sets: Input
) -> extractors.FeatureExtractor | None:
    """Choose the feature space; None if the sets are features."""
    if sets[0].kind == "features":
        for option, value in (("--space", choice), ("--weights", weights)):
            if value:
                stop(
                    f"{option}: expected none for features, which are scored as they are, got"
                    f" {value}; leave --space and --weights out"
                )
        return None
    owners = [each.dataset[0] for each in sets if each.dataset]
    if choice is None:
        if owners and not weights:
            return features.load_pinned_extractor(owners[0])
        choice = "classifier" if owners else "inception"
    name, _, owner = choice.partition(":")
    if name not in SPACES:
        stop(
            f"--space {quote_empty(choice)}: expected a feature space of images, got"
            f" {quote_empty(name)}; {nearest(name, SPACES)}"
        )
    if name != "classifier":
        if owner:
            stop(
                f"--space {choice}: expected {name} without a data set, got {owner}; write"
                f" --space {name}"
            )
        return extractors.load(name, weights=weights)
    owner = owner or (owners[0] if owners else "")
    if not owner:
        stop(
            "--space classifier: expected a data set, got none; write --space classifier:digits,"
            " for example"
        )
    if owner not in SOURCES:
        stop(f"--space {choice}: expected a data set, got {owner}; {nearest(owner, SOURCES)}")
    return extractors.load(name, dataset=owner, weights=weights)


def check_inputs(
    real: Input, generated: Input, settings: config.Metrics, held_out: Input | None = None
) -> None:
    """Exit with one line if the sets cannot be compared, before anything is embedded."""
    for other in filter(None, (generated, held_out)):
        if real.kind != other.kind:
            stop(
                f"{other.name}: expected {real.kind}, as in {real.name}, got {other.kind}; give"
                " sets of one kind"
            )
        if real.shape[0] != other.shape[0]:
            quantity = "features" if real.kind == "features" else "channels"
            stop(
                f"{other.name}: expected {real.shape[0]} {quantity}, as in {real.name}, got"
                f" {other.shape[0]}; convert one of the two"
            )
    if held_out and held_out.count < 2:
        stop(f"{held_out.name}: expected 2 or more held-out samples, got 1; add samples")
    k = settings.neighbours
    for samples, max_k in ((real, max(k, settings.density_neighbours)), (generated, k)):
        if samples.count <= max_k:
            stop(
                f"{samples.name}: expected {max_k + 1} or more samples for k = {max_k}, got"
                f" {samples.count}; add samples"
            )
    if generated.count < settings.splits:
        stop(
            f"{generated.name}: expected at least {settings.splits} samples for {settings.splits}"
            f" parts, got {generated.count}; reduce --splits"
        )


def render_table(scores: dict[str, float]) -> Table:
    """Render the scores as a table."""
    grid = Table("metric", "value", "better")
    grid.columns[1].justify = "right"
    for name, value in scores.items():
        better = {True: "higher", False: "lower", None: ""}[Images.higher_is_better[name]]
        grid.add_row(name, f"{value:.6g}", better)
    return grid


def describe_inputs(
    report: dict[str, Any], real: Input, generated: Input, held_out: Input | None = None
) -> list[str]:
    """Describe the sets and parameters of the scores, one line each."""
    space = f"{report['feature_space']}, {report['features']:,} features"
    return [
        f"real       {real}",
        f"generated  {generated}",
        *([f"held out   {held_out}"] if held_out else []),
        f"space      {space}; k = {report['neighbours']} for precision and recall,"
        f" {report['density_neighbours']} for density and coverage;"
        f" parts of IS: {report['splits']}",
        *(f"note       {note}" for note in report["notes"]),
    ]


def score_sets(
    real: str,
    generated: str,
    *,
    space: str | None = None,
    weights: Path | None = None,
    neighbours: int = 3,
    splits: int = 1,
    held_out: str | None = None,
    as_json: bool = False,
) -> None:
    """Score one set against another, and print the scores and their conditions.

    Exits with one line if a set cannot be read, or if the two cannot be compared.

    Args:
        real: the reference: a folder, a file or a data set.
        generated: the set to score.
        space: classifier, classifier:DATASET, inception or dinov2.
        weights: a file in place of the published weights.
        neighbours: k of precision and recall.
        splits: parts of the Inception Score.
        held_out: real samples that are not in the reference, for the likelihood divergence.
        as_json: print JSON in place of the table.
    """
    ours, theirs = inputs.load_input(real), inputs.load_input(generated)
    others = None if held_out is None else inputs.load_input(held_out)
    settings = config.Metrics(neighbours=neighbours, splits=splits)
    check_inputs(ours, theirs, settings, others)
    extractor = choose_space(space, weights, *filter(None, (ours, theirs, others)))
    report = compute_report(ours, theirs, extractor, settings, others)
    for line in report["warnings"]:
        print(f"WARNING: {line}", file=sys.stderr)
    if as_json:
        print(json.dumps(report, indent=1))
    else:
        Console(highlight=False).print(render_table(report["scores"]))
        print(*describe_inputs(report, ours, theirs, others), sep="\n")
