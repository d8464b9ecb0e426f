"""Feature extractors: images in, features out; one extractor, one file.

- classifier: the classifier of the data set, trained and pinned by the stage ``features``;
- inception: Inception 2015, whose features most published FIDs take;
- dinov2: DINOv2 ViT-L/14, which represents more of natural images than the classes of ImageNet;
- i3d: for clips, the features of published FVDs;
- random: a network with random weights, a second space of every data set of images.

Networks that compare images pair by pair: imagenet, for losses, and lpips, a metric.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from benchmark.common.progress import ProgressBar

NAMES = ("classifier", "inception", "dinov2", "i3d", "random")


class FeatureExtractor(Protocol):
    """A network that embeds images.

    Attributes:
        name: one of ``NAMES``.
        file: the weights.
        features: number of features.
    """

    name: str
    file: Path
    features: int

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Compute features ``(n, d)`` and class probabilities ``(n, classes)`` or None, float64.

        Args:
            images: uint8 ``(n, c, h, w)``.
        """
        ...

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to images ``(c, h, w)`` before the network sees them."""
        ...


def load(
    name: str,
    *,
    dataset: str | None = None,
    weights: Path | None = None,
    device: torch.device | None = None,
) -> FeatureExtractor:
    """Load an extractor; exit with one line if its weights are not available.

    Args:
        name: one of ``NAMES``.
        dataset: the data set of a classifier or random network; the other extractors need none.
        weights: a file to take in place of the published or pinned one.
        device: where the network runs; None is the GPU if there is one.

    Raises:
        ValueError: there is no extractor of that name, or the data set is missing.
    """
    # imported when needed: torch-fidelity takes a second, which a track of digits can save
    if name == "classifier":
        from benchmark.features.extractors.classifier import ClassifierExtractor

        if dataset is None:
            raise ValueError("classifier: expected a data set, got None; pass dataset=")
        return ClassifierExtractor.load(dataset, weights=weights, device=device)
    if name == "inception":
        from benchmark.features.extractors.inception import InceptionExtractor

        return InceptionExtractor(weights=weights, device=device)
    if name == "dinov2":
        from benchmark.features.extractors.dinov2 import DINOv2Extractor

        return DINOv2Extractor(weights=weights, device=device)
    if name == "i3d":
        from benchmark.features.extractors.i3d import I3DExtractor

        return I3DExtractor(weights=weights, device=device)
    if name == "random":
        from benchmark.features.extractors.random import RandomExtractor

        if dataset is None:
            raise ValueError("random: expected a data set, got None; pass dataset=")
        return RandomExtractor.load(dataset, weights=weights, device=device)
    raise ValueError(f"expected an extractor among {', '.join(NAMES)}, got {name}")


def embed_batches(
    extractor: FeatureExtractor, batches: Iterable[np.ndarray], *, total: int, title: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """Embed images that come in batches, and show the progress.

    Args:
        extractor: the network.
        batches: uint8 ``(b, c, h, w)`` each; only one is held at a time.
        total: number of images in all.
        title: name of the step in the progress.

    Returns:
        As `FeatureExtractor.embed`.
    """
    features, probabilities = [], []
    with ProgressBar(title, total=total, unit="image") as progress:
        for batch in batches:
            batch_features, batch_probabilities = extractor.embed(batch)
            features.append(batch_features)
            if batch_probabilities is not None:
                probabilities.append(batch_probabilities)
            progress.advance(len(batch))
    return np.concatenate(features), np.concatenate(probabilities) if probabilities else None
