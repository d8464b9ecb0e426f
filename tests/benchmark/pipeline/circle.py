"""Noise to points on a circle."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import TrackConfig
from benchmark.data.splits import SplitArrays, Splits
from benchmark.tracks.base.data import Source
from benchmark.tracks.base.scorer import Scorer
from benchmark.tracks.base.track import Track


def draw_unit_circle() -> Splits:
    """Draw training and held-out points, float32 ``(n, 2)``, all of one class."""
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, 400)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    labels = np.zeros(400, dtype=np.int64)
    return SplitArrays(points[:300], labels[:300]), SplitArrays(points[300:], labels[300:])


class RadiusScorer(Scorer):
    """Scores points by their distance from the circle."""

    def scores(self, samples: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        return {"radius_error": float(np.abs(np.linalg.norm(samples, axis=1) - 1).mean())}


class Circle(Track):
    """Points on a circle."""

    higher_is_better: ClassVar[dict[str, bool | None]] = {"radius_error": False}
    headline = curve = "radius_error"

    def sources(self) -> dict[str, Source]:
        return {"unit_circle": draw_unit_circle}

    def scorer(self, dataset: str, config: TrackConfig, part: str = "test") -> Scorer:
        return RadiusScorer()

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        np.savetxt(path.with_suffix(".txt"), samples[:4], fmt="%.3f")
