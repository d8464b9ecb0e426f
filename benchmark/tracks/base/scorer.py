"""The interface of scorers."""

from typing import Any

import numpy as np


class Scorer:
    """Scores samples on one data set; its stage `features` must have run."""

    def scores(self, samples: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of the samples.

        Args:
            samples: as they are stored, ``(n, ...)``.
            labels: the class that each was drawn for, ``(n,)``, where there are classes.
        """
        raise NotImplementedError

    def model_scores(self, variant: Any) -> dict[str, float]:
        """Compute the metrics that need the model, not only samples."""
        return {}

    def output_diversity(self, draws: list[np.ndarray]) -> dict[str, float]:
        """Compute the distance between outputs for the same inputs, where a network defines one."""
        return {}

    def headline(self, samples: np.ndarray) -> float:
        """Compute the score that a search minimises."""
        raise NotImplementedError

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        """Compute the metrics that are logged over training."""
        raise NotImplementedError

    def predict(self, samples: np.ndarray) -> np.ndarray:
        """Predict the class of each sample, ``(n,)``."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores, for evaluation.json."""
        raise NotImplementedError
