"""Mistakes in the sections of tracks of images that their schema allows."""

import gans
from benchmark.common.messages import nearest
from benchmark.config import TrackConfig
from benchmark.config.sources import Subset
from benchmark.data.sizes import divide_counts
from benchmark.data.sources import class_folders, images
from benchmark.data.sources.published import PUBLISHED
from gans.common.variant import Conditional


def has_published_classes(dataset: str) -> bool:
    """Whether a data set that is no folder has classes."""
    return dataset not in PUBLISHED or PUBLISHED[dataset].has_classes


def find_subset_mistakes(place: str, subset: Subset, *, trains_extractor: bool) -> list[str]:
    """Find a data set that does not exist, or that has fewer images than its subset.

    Args:
        place: of the subset.
        subset: the data set and the number of images.
        trains_extractor: whether a part of the data set is kept for a classifier.
    """
    if subset.of not in images.COUNTS:
        return [
            f"{place}.of: expected a built-in data set, got {subset.of};"
            f" {nearest(subset.of, list(images.COUNTS))}"
        ]
    counts = divide_counts(images.COUNTS[subset.of], trains_extractor=trains_extractor)
    if subset.images is not None and subset.images > counts.train:
        return [
            f"{place}.images: expected at most {counts.train} images, as {subset.of} has no more to"
            f" train on, got {subset.images}; lower it"
        ]
    return []


def find_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find subsets that do not exist, and data sets without classes that a variant would learn.

    Args:
        name: of the track.
        config: its section.
    """
    problems = []
    for dataset, block in config.datasets.items():
        place = f"{name}.datasets.{dataset}"
        folder, subset = getattr(block, "folder", None), getattr(block, "subset", None)
        is_trained = block.feature_space == "classifier"
        if subset:
            problems += find_subset_mistakes(f"{place}.subset", subset, trains_extractor=is_trained)
        source = subset.of if subset else dataset
        if class_folders.has_classes(folder) if folder else has_published_classes(source):
            continue
        if is_trained:
            problems.append(
                f"{place}.feature_space: expected inception or dinov2, as {dataset} has no classes,"
                " got classifier; write one of these"
            )
        conditional = [
            variant
            for variant in gans.files().keys() & config.variants_of(dataset)
            if issubclass(kind := gans.load(variant), Conditional) and kind.has_labels
        ]
        if conditional:
            problems.append(
                f"{place}.without: expected no variants of classes, as {dataset} has none, got"
                f" {', '.join(sorted(conditional))}; add them to this list"
            )
    return problems
