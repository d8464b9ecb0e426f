"""Score points in the plane against real points and against the modes."""

from typing import Any

import numpy as np

from benchmark.common.messages import nearest
from benchmark.common.seeds import stream
from benchmark.data.sources.points import SOURCES
from benchmark.metrics.class_coverage import class_accuracy, label_divergence
from benchmark.metrics.jensen_shannon import jensen_shannon_divergence
from benchmark.metrics.modes import high_quality_share, mode_divergence, modes_covered
from benchmark.metrics.wasserstein import wasserstein_distance
from benchmark.tracks.base import scorer as base
from benchmark.tracks.toy.schema import PlaneMetrics

REFERENCE = 20_000  # real points to compare samples with
SNAPSHOT_REFERENCE = 2_000  # of these, points to compare snapshots with
EDGE = 1.5  # half the side of the square of histograms and pictures, for data of scale 1


class Scorer(base.Scorer):
    """Scores points against a distribution in the plane.

    Args:
        dataset: name of the distribution.
        settings: the metrics' parameters: `wasserstein_points`, the maximum number of points of
            each set for the Wasserstein distance; `bins` along each coordinate, of the
            histograms of `jensen_shannon`.
        part: see `Track.scorer`; each has real points of its own.
        reference: number of real points, equal for all sets.

    Raises:
        ValueError: `dataset` is not a distribution in the plane.
    """

    def __init__(
        self,
        dataset: str,
        settings: PlaneMetrics | None = None,
        *,
        part: str = "test",
        reference: int = REFERENCE,
    ) -> None:
        if dataset not in SOURCES:
            hint = nearest(dataset, SOURCES)
            raise ValueError(f"{dataset}: expected a data set, got no such name; {hint}")
        self.source = SOURCES[dataset]
        self.settings = settings or PlaneMetrics()
        # a separate stream: no run draws from it
        purpose = "reference" if part == "test" else part
        generator = np.random.default_rng(stream(0, f"{purpose} of {dataset}"))
        self.real = self.source.draw(reference, generator)
        self.labels = self.predict(self.real)
        self.spread = np.sqrt(self.real.var(axis=0).sum())
        edge = EDGE * self.source.scale
        self.bounds = ((-edge, edge), (-edge, edge))

    def scores(self, points: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of points ``(n, 2)``; metrics of modes only if there are modes.

        Args:
            points: the samples.
            labels: the requested mode of each sample, ``(n,)``; None for no class accuracy.
        """
        points = np.asarray(points)
        scores = self.modes(points) | {
            "wasserstein": self.headline(points),
            "jensen_shannon": self.jensen_shannon(points),
        }
        if labels is not None and self.source.modes is not None:
            scores["class_accuracy"] = class_accuracy(labels, self.predict(points))
        return scores

    def headline(self, points: np.ndarray) -> float:
        """Compute the Wasserstein distance of points ``(n, 2)``."""
        count = min(len(points), len(self.real), self.settings.wasserstein_points)
        return wasserstein_distance(self.real[:count], points[:count])

    def jensen_shannon(self, points: np.ndarray, real: np.ndarray | None = None) -> float:
        """Compute the divergence of points ``(n, 2)`` from all real points, or from ``real``."""
        real = self.real if real is None else real
        return jensen_shannon_divergence(real, points, bounds=self.bounds, bins=self.settings.bins)

    def moment(self, points: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of points ``(n, 2)``.

        The diagnosis assigns each point to the nearest mode, at any distance: a generator that is
        still inexact has not collapsed.
        """
        spread = np.sqrt(points.var(axis=0).sum()) / self.spread
        real = self.real[:SNAPSHOT_REFERENCE]
        scores = self.modes(points) | {"jensen_shannon": self.jensen_shannon(points, real)}
        count = 1 if self.source.modes is None else len(self.source.modes)
        share = label_divergence(self.labels, self.predict(points), classes=count)
        return scores | {"diversity": float(spread), "label_divergence": share}

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Predict the nearest mode of each point ``(n, 2)``, ``(n,)``."""
        return self.source.label(points)

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores."""
        return {"real_images": len(self.real), "feature_space": "plane", "features": None}

    def modes(self, points: np.ndarray) -> dict[str, float]:
        """Compute coverage, quality and evenness of the modes; empty without modes."""
        modes, sigma = self.source.modes, self.source.sigma
        if modes is None or sigma is None:
            return {}
        return {
            "modes": modes_covered(points, modes, sigma=sigma),
            "high_quality": high_quality_share(points, modes, sigma=sigma),
            "mode_divergence": mode_divergence(points, modes, sigma=sigma),
        }
