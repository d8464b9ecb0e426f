"""The interface of scorers."""

from typing import Any

import numpy as np

NO_SPACE = "none"  # the feature space of scores that need no network
UNAVERAGED = "unaveraged_"  # before the name of a metric of the weights without averaging


def choose_reference(dataset: str, part: str) -> str:
    """Choose the split that samples are compared with; for published scores, see `Parts`."""
    from benchmark.data.splits import name_reference_split  # late: it imports torch

    return name_reference_split(dataset) if part == "test" else part


class Scorer:
    """Scores samples on one data set; its stage `features` must have run.

    A subclass defines `scores`; variants that learn their classes without labels need `predict`.
    """

    samples_per_class = 0  # that `class_scores` needs; 0 if there are no such metrics

    def scores(self, samples: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of the samples.

        Args:
            samples: as they are stored, ``(n, ...)``.
            labels: the class that each was drawn for, ``(n,)``, where there are classes.
        """
        raise NotImplementedError

    def class_scores(self, samples: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Compute the metrics within classes, which need more samples than the others.

        Args:
            samples: as they are stored, ``(n, ...)``, `samples_per_class` of each class.
            labels: the class that each was drawn for, ``(n,)``.
        """
        return {}

    def count_samples(self, held_out: int) -> int:
        """Choose the number of samples to score where no input is needed.

        Args:
            held_out: number of held-out real samples.
        """
        return held_out

    def model_scores(self, variant: Any) -> dict[str, float]:
        """Compute the metrics that need the model, not only samples."""
        return {}

    def reference_scores(self, row: str, seed: int) -> dict[str, float]:
        """Compute the metrics of a reference row that need more than its samples.

        Args:
            row: as in `Track.reference_rows`.
            seed: of the row.
        """
        return {}

    def output_diversity(self, draws: list[np.ndarray]) -> dict[str, float]:
        """Compute the distance between outputs for the same inputs, where a network defines one."""
        return {}

    def headline(self, samples: np.ndarray) -> float | None:
        """Compute the headline metric without the other metrics.

        None by default: `Track.headline_score` then takes it from `scores`.
        """
        return None

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        """Compute the metrics that are logged over training; by default all of `scores`.

        They contain the metric `Track.curve`. With ``diversity``, the root mean square distance of
        two samples relative to that of two real ones, a run is also diagnosed for mode collapse.
        """
        return self.scores(samples)

    def predict(self, samples: np.ndarray) -> np.ndarray:
        """Predict the class of each sample, ``(n,)``.

        Raises:
            NotImplementedError: the scorer does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__}: expected a method predict, got none; variants that learn their"
            " classes without labels need it, define it"
        )

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores, for evaluation.json."""
        return {"feature_space": NO_SPACE, "features": None}
