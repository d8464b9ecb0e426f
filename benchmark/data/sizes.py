"""Numbers of samples of a data set, and whether they suffice to train and to score."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from benchmark import config
    from benchmark.data.splits import SplitArrays

FOLDER = Path("data")
# parts of `benchmark.data.parts`: one of so many samples to train on, and the maximum
VALIDATION = (8, 5_000)
EXTRACTOR = (4, 10_000)


class Counts(NamedTuple):
    """Numbers of samples of a data set.

    Attributes:
        train: samples to train on; of unpaired images, the fewer of samples and conditions. Of
            files that were not read, the largest possible number.
        held_out: samples to score on; None if not known.
        has_pairs: whether each sample belongs to a condition.
        is_divided: whether the parts for other uses are left out of ``train``.
    """

    train: int
    held_out: int | None = None
    has_pairs: bool = False
    is_divided: bool = False


def count_parts(count: int, *, trains_extractor: bool) -> list[int]:
    """Count the samples of validation and, if a network is trained, extractor."""
    rules = [VALIDATION, EXTRACTOR] if trains_extractor else [VALIDATION]
    return [min(count // share, most) for share, most in rules]


def divide_counts(counts: Counts, *, trains_extractor: bool) -> Counts:
    """Count the samples that `divide` leaves to train on."""
    if counts.is_divided:
        return counts
    others = count_parts(counts.train, trains_extractor=trains_extractor)
    return counts._replace(train=counts.train - sum(others), is_divided=True)


def count_splits(parts: "Sequence[SplitArrays]") -> Counts:
    """Count the samples of splits that a source has made: train and test."""
    train, held_out = (
        min(len(array) for array in (part.images, part.condition) if array is not None)
        for part in parts[:2]
    )
    return Counts(train, held_out, parts[0].condition is not None and parts[0].paired is not False)


def count_prepared(dataset: str) -> Counts | None:
    """Count the samples of a prepared data set by the headers of its files; None without these."""
    counts, has_pairs = [], False
    for split in ("train", "test"):
        arrays = {}
        for name in ("images", "condition", "paired"):
            file = FOLDER / dataset / split / f"{name}.npy"
            try:
                arrays[name] = np.load(file, mmap_mode="r") if file.is_file() else None
            except (OSError, ValueError):  # a damaged file, which its readers report
                return None
        if arrays["images"] is None:
            return None
        images, condition, paired = arrays.values()
        counts.append(min(len(array) for array in (images, condition) if array is not None))
        has_pairs = condition is not None and (paired is None or bool(paired))
    train, held_out = counts
    return Counts(train, held_out, has_pairs)


def find_small_splits(
    counts: Counts, track: "config.TrackConfig", noun: str = "samples"
) -> list[str]:
    """Find out whether a batch is larger than the training split; a message without its place."""
    if counts.train >= track.largest_batch:
        return []
    return [
        f"expected {track.largest_batch} {noun} or more to train on, as the batch needs, got"
        f" {counts.train}; add {noun}, or lower it"
    ]


def find_few_images(counts: Counts, track: "config.TrackConfig", noun: str = "images") -> list[str]:
    """Find splits with fewer images than batches and metrics need; messages without a place."""
    neighbours = max(track.metrics.neighbours, track.metrics.density_neighbours) + 1
    needed = max(track.largest_batch, neighbours), track.metrics.neighbours + 1
    problems = [
        f"expected {minimum} {noun} or more to {use}, as batches and metrics need, got"
        f" {count}; add {noun}, or lower these"
        for use, count, minimum in zip(("train on", "hold out"), counts, needed, strict=False)
        if count is not None and count < minimum
    ]
    if problems and track.largest_batch > max(track.training.batch, counts.train):
        variant = track.variant_of_largest_batch
        problems[0] += f"; {variant} has the largest batch: without: [{variant}] leaves it out"
    if counts.has_pairs and (counts.held_out or 0) > counts.train:
        problems.append(
            "expected as many pairs to train on as are held out, or more, got"
            f" {counts.train} and {counts.held_out}; hold out fewer"
        )
    return problems
