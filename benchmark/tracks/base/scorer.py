"""The contract of what scores the samples of a data set."""

from typing import Any

import numpy as np


class Scorer:
    """Scores sets of samples of one data set, whose stage `features` has run."""

    def scores(self, samples: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of the samples.

        Args:
            samples: as they are stored, ``(n, ...)``.
            wanted: the class that each was asked for, ``(n,)``, where there are classes.
        """
        raise NotImplementedError

    def model_scores(self, variant: Any) -> dict[str, float]:
        """Compute the metrics that samples alone do not show."""
        return {}

    def output_diversity(self, draws: list[np.ndarray]) -> dict[str, float]:
        """Compute how far apart several outputs for the same inputs are, where a network tells."""
        return {}

    def headline(self, samples: np.ndarray) -> float:
        """Compute what a search minimises."""
        raise NotImplementedError

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        """Compute the metrics that are logged over training."""
        raise NotImplementedError

    def predict(self, samples: np.ndarray) -> np.ndarray:
        """Predict the class of each sample, ``(n,)``."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """State what samples are compared with, for the record of a run."""
        raise NotImplementedError
