"""Score points in the plane as PacGAN and VEEGAN do, beside the metrics of the track toy."""

import numpy as np

from benchmark.metrics.modes import modes_hit
from benchmark.tracks.toy import scoring


class Scorer(scoring.Scorer):
    """Scores points against a mixture, with the modes that any sample hits."""

    def modes(self, points: np.ndarray) -> dict[str, float]:
        modes, sigma = self.source.modes, self.source.sigma
        assert modes is not None and sigma is not None  # the track has mixtures only
        return {**super().modes(points), "modes_hit": modes_hit(points, modes, sigma=sigma)}
