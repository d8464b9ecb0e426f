"""Noise to image."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.runs import Run
from benchmark.config.schema import TrackConfig
from benchmark.tracks.base.track import Source, Track


class Images(Track):
    """Images from noise."""

    # None: neither direction is better; compare with the held-out images
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "is": True,
        "fid": False,
        "fid_infinity": False,
        "kid": False,
        "mmd": False,
        "precision": True,
        "recall": True,
        "density": True,
        "coverage": True,
        "authenticity": None,
        "nearest_ratio": None,
        "modes": True,
        "label_divergence": False,
        "class_accuracy": True,
        "intra_fid": False,
        "reconstruction_error": False,
    }
    headline = curve = "fid"

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.images.data import SOURCES

        return SOURCES

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.images.scoring import Scorer

        return Scorer(dataset, config.metrics)

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.images import pictures

        pictures.save(samples, path)

    def write_playground(self, variant: Any, run: Run) -> None:
        from benchmark.tracks.images import pictures

        pictures.write_playground(variant, run)
