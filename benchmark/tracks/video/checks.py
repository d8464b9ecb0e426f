"""Mistakes in the section of the video track."""

import gans
from benchmark.config.schema import TrackConfig


def find_mistakes(config: TrackConfig) -> list[str]:
    """Find variants, layouts and feature spaces that do not support clips."""
    problems = [
        f"video.variants.{variant}: expected a variant that makes clips, got one that makes images"
        " of images; leave it out"
        for variant in gans.files().keys() & config.variants
        if gans.family(variant) in ("translation", "superresolution")
    ]
    if config.training.channels_last:
        problems.append(
            "video.training.channels_last: expected false for clips, got true; leave the line out"
        )
    return problems + [
        f"video.datasets.{name}.feature_space: expected a feature space of clips, got"
        f" {dataset.feature_space}, which is for images; leave the line out, or write i3d"
        for name, dataset in config.datasets.items()
        if dataset.feature_space not in ("classifier", "i3d")
    ]
