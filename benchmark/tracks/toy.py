"""Points in the plane: scored against points of the same distribution, and against its modes."""

import numpy as np

from benchmark.messages import nearest
from benchmark.metrics.jensen_shannon import jensen_shannon
from benchmark.metrics.modes import high_quality, mode_divergence, modes_covered
from benchmark.metrics.wasserstein import wasserstein
from benchmark.points import SOURCES
from benchmark.seeds import stream

HIGHER_IS_BETTER: dict[str, bool | None] = {
    "modes": True,
    "high_quality": True,
    "mode_divergence": False,
    "wasserstein": False,
    "jensen_shannon": False,
}
REFERENCE = 20_000  # real points that all sets are held against
TRANSPORTED = 2_000  # points of each set that are paired off: a second or a few
BOUNDS = ((-1.5, 1.5), (-1.5, 1.5))
BINS = 60  # squares of side 0.05, some 5 sigma of the ring and 4 of the grid


class Scorer:
    """Scores sets of points against the distribution that they were to be drawn from.

    Args:
        dataset: name of the distribution.
        reference: number of real points, the same ones for every set.
        transported: of each set, the most points for which the Wasserstein distance is taken: the
            first ones.
        bins: of the histograms of `jensen_shannon`, along each coordinate.

    Raises:
        ValueError: there is no such distribution.
    """

    def __init__(
        self,
        dataset: str,
        *,
        reference: int = REFERENCE,
        transported: int = TRANSPORTED,
        bins: int = BINS,
    ) -> None:
        if dataset not in SOURCES:
            raise ValueError(f"{dataset}: no such data set; {nearest(dataset, SOURCES)}")
        self.source = SOURCES[dataset]
        self.transported, self.bins = transported, bins
        # a stream of its own: no cell draws from it, whatever its seed
        generator = np.random.default_rng(stream(0, f"reference of {dataset}"))
        self.real = self.source.draw(reference, generator)

    def scores(self, points: np.ndarray) -> dict[str, float]:
        """Every metric of points ``(n, 2)``; those of modes where the distribution has any."""
        points = np.asarray(points)
        count = min(len(points), len(self.real), self.transported)
        return self.modes(points) | {
            "wasserstein": wasserstein(self.real[:count], points[:count]),
            "jensen_shannon": jensen_shannon(self.real, points, bounds=BOUNDS, bins=self.bins),
        }

    def modes(self, points: np.ndarray) -> dict[str, float]:
        """Which modes are drawn, how cleanly and how evenly; nothing where there are none."""
        modes, sigma = self.source.modes, self.source.sigma
        if modes is None or sigma is None:
            return {}
        return {
            "modes": modes_covered(points, modes, sigma=sigma),
            "high_quality": high_quality(points, modes, sigma=sigma),
            "mode_divergence": mode_divergence(points, modes, sigma=sigma),
        }
