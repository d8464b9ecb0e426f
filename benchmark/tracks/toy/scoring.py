"""Points in the plane: scored against points of the same distribution, and against its modes."""

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

REFERENCE = 20_000  # real points that all sets are held against
FEW = 2_000  # of these, what the points of a moment are held against
BOUNDS = ((-1.5, 1.5), (-1.5, 1.5))


class Scorer(base.Scorer):
    """Scores sets of points against the distribution that they were to be drawn from.

    Args:
        dataset: name of the distribution.
        settings: the metrics' parameters: `transported`, of each set, the most points for which
            the Wasserstein distance is taken, the first ones; `bins` of the histograms of
            `jensen_shannon`, along each coordinate.
        reference: number of real points, the same ones for every set.

    Raises:
        ValueError: there is no such distribution.
    """

    def __init__(
        self,
        dataset: str,
        settings: PlaneMetrics | None = None,
        *,
        reference: int = REFERENCE,
    ) -> None:
        if dataset not in SOURCES:
            raise ValueError(f"{dataset}: no such data set; {nearest(dataset, SOURCES)}")
        self.source = SOURCES[dataset]
        self.settings = settings or PlaneMetrics()
        # a stream of its own: no run draws from it, whatever its seed
        generator = np.random.default_rng(stream(0, f"reference of {dataset}"))
        self.real = self.source.draw(reference, generator)
        self.labels = self.predict(self.real)
        self.spread = np.sqrt(self.real.var(axis=0).sum())

    def scores(self, points: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of points ``(n, 2)``; those of modes where the distribution has any.

        Args:
            points: the samples.
            wanted: the mode that each was asked for, ``(n,)``; without it, no class accuracy.
        """
        points = np.asarray(points)
        scores = self.modes(points) | {
            "wasserstein": self.headline(points),
            "jensen_shannon": self.jensen_shannon(points),
        }
        if wanted is not None and self.source.modes is not None:
            scores["class_accuracy"] = class_accuracy(wanted, self.predict(points))
        return scores

    def headline(self, points: np.ndarray) -> float:
        """The Wasserstein distance alone, of points ``(n, 2)``."""
        count = min(len(points), len(self.real), self.settings.transported)
        return wasserstein_distance(self.real[:count], points[:count])

    def jensen_shannon(self, points: np.ndarray, real: np.ndarray | None = None) -> float:
        """From points ``(n, 2)`` to all real ones, or to those given."""
        real = self.real if real is None else real
        return jensen_shannon_divergence(real, points, bounds=BOUNDS, bins=self.settings.bins)

    def moment(self, points: np.ndarray) -> dict[str, float]:
        """The few metrics that are taken over training, of points ``(n, 2)``.

        Those of the diagnosis count every point for the mode that it is nearest to, however far: a
        generator that has not yet learnt to be exact has not collapsed.
        """
        spread = np.sqrt(points.var(axis=0).sum()) / self.spread
        few = self.real[:FEW]
        scores = self.modes(points) | {"jensen_shannon": self.jensen_shannon(points, few)}
        known = 1 if self.source.modes is None else len(self.source.modes)
        share = label_divergence(self.labels, self.predict(points), classes=known)
        return scores | {"diversity": float(spread), "label_divergence": share}

    def predict(self, points: np.ndarray) -> np.ndarray:
        """The mode that each point ``(n, 2)`` is nearest to, ``(n,)``."""
        return self.source.label(points)

    def facts(self) -> dict[str, Any]:
        """What samples are held against."""
        return {"real_images": len(self.real), "feature_space": "plane", "features": None}

    def modes(self, points: np.ndarray) -> dict[str, float]:
        """Which modes are drawn, how cleanly and how evenly; nothing where there are none."""
        modes, sigma = self.source.modes, self.source.sigma
        if modes is None or sigma is None:
            return {}
        return {
            "modes": modes_covered(points, modes, sigma=sigma),
            "high_quality": high_quality_share(points, modes, sigma=sigma),
            "mode_divergence": mode_divergence(points, modes, sigma=sigma),
        }
