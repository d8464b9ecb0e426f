"""Feature spaces: images in, features out; one space, one file.

- classifier: the data set's own classifier, trained and pinned by the stage ``features``;
- inception: Inception 2015, the space of most published FIDs;
- dinov2: DINOv2 ViT-L/14, which knows more of natural images than ImageNet's classes;
- i3d: of clips, the space of published FVDs.

Beside them are networks that compare images one by one: imagenet, for losses, and lpips.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from benchmark.common.progress import ProgressBar

NAMES = ("classifier", "inception", "dinov2", "i3d")


class Space(Protocol):
    """A network that embeds images.

    ``file`` holds its weights, ``features`` is the number of its features.
    """

    name: str
    file: Path
    features: int

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Features ``(n, d)`` and class probabilities ``(n, classes)`` or None, float64.

        Args:
            images: uint8 ``(n, c, h, w)``.
        """
        ...

    def notes(self, shape: tuple[int, ...]) -> list[str]:
        """What is done to images ``(c, h, w)`` before the network sees them, for the reader."""
        ...


def load(
    name: str,
    *,
    dataset: str | None = None,
    weights: Path | None = None,
    device: torch.device | None = None,
) -> Space:
    """A space, ready to embed; exits with one line where its weights cannot be had.

    Args:
        name: one of ``NAMES``.
        dataset: whose classifier; the other spaces need none.
        weights: a file to take in place of the published or pinned one.
        device: where the network runs; None is the CPU for a classifier, which is small, and the
            GPU, if there is one, for the others.
    """
    # imported when asked for: torch-fidelity takes a second that a track of digits need not wait
    if name == "classifier":
        from benchmark.features.extractors.classifier import ClassifierSpace

        if dataset is None:
            raise ValueError("a classifier is the classifier of a data set")
        return ClassifierSpace.load(dataset, weights=weights, device=device)
    if name == "inception":
        from benchmark.features.extractors.inception import InceptionSpace

        return InceptionSpace(weights=weights, device=device)
    if name == "dinov2":
        from benchmark.features.extractors.dinov2 import DINOv2Space

        return DINOv2Space(weights=weights, device=device)
    if name == "i3d":
        from benchmark.features.extractors.i3d import I3DSpace

        return I3DSpace(weights=weights, device=device)
    raise ValueError(f"{name}: not one of {', '.join(NAMES)}")


def embed_batches(
    space: Space, batches: Iterable[np.ndarray], *, total: int, title: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """Embed images that come in batches; a bar on a terminal, plain lines elsewhere, on stderr.

    Args:
        space: where to.
        batches: uint8 ``(b, c, h, w)`` each; only one is held at a time.
        total: number of images in all.
        title: what the bar says.

    Returns:
        As ``Space.embed``.
    """
    features, probabilities = [], []
    with ProgressBar(title, total=total, unit="image") as progress:
        for batch in batches:
            embedded, probability = space.embed(batch)
            features.append(embedded)
            if probability is not None:
                probabilities.append(probability)
            progress.advance(len(batch))
    return np.concatenate(features), np.concatenate(probabilities) if probabilities else None
