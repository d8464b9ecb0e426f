"""Mistakes in the sections of tracks of images that their schema allows."""

import gans
from benchmark.config import TrackConfig
from benchmark.data.sources import class_folders
from benchmark.data.sources.published import PUBLISHED
from gans.common.variant import Conditional


def has_published_classes(dataset: str) -> bool:
    """Whether a data set that is no folder has classes."""
    return dataset not in PUBLISHED or PUBLISHED[dataset].has_classes


def find_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find data sets without classes that a classifier or a conditional variant would learn.

    Args:
        name: of the track.
        config: its section.
    """
    problems = []
    for dataset, block in config.datasets.items():
        folder = getattr(block, "folder", None)
        if class_folders.has_classes(folder) if folder else has_published_classes(dataset):
            continue
        place = f"{name}.datasets.{dataset}"
        if block.feature_space == "classifier":
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
