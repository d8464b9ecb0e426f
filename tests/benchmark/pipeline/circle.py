"""Noise to points on a circle: a track in one file."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Params, TrackConfig
from benchmark.data.splits import SplitArrays
from benchmark.tracks.base.scorer import Scorer
from benchmark.tracks.base.track import Source, Track


def draw_unit_circle() -> tuple[SplitArrays, SplitArrays]:
    """Draw points on the unit circle, float32 ``(n, 2)``, all of one class."""
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, 400)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    labels = np.zeros(400, dtype=np.int64)
    parts = slice(300), slice(300, None)
    train, test = (SplitArrays(images=points[part], labels=labels[part]) for part in parts)
    return train, test


class RadiusScorer(Scorer):
    """Scores points by their distance from the circle."""

    def scores(self, samples: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        return {"radius_error": self.headline(samples)}

    def headline(self, samples: np.ndarray) -> float:
        return float(np.abs(np.linalg.norm(samples, axis=1) - 1).mean())

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        return {**self.scores(samples), "diversity": float(samples.std())}

    def facts(self) -> dict[str, Any]:
        return {"real_images": 300, "feature_space": "plane", "features": None}


class Circle(Track):
    """Points on a circle."""

    higher_is_better: ClassVar[dict[str, bool | None]] = {"radius_error": False}
    headline = curve = "radius_error"

    def sources(self) -> dict[str, Source]:
        return {"unit_circle": draw_unit_circle}

    def write_features(self, dataset: str, params: Params) -> None:
        from benchmark.features import features

        features.write_without_network(dataset, space="plane")

    def scorer(self, dataset: str, config: TrackConfig) -> Scorer:
        return RadiusScorer()

    def save_samples(self, samples: np.ndarray, scorer: Scorer, path: Path) -> None:
        path.with_suffix(".txt").write_text(f"{samples[:4].tolist()}\n")
