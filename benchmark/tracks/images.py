"""Images: scored in the feature space of the data set, against the training images."""

import numpy as np

from benchmark import features, params
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.precision_recall import precision_recall, radii

HIGHER_IS_BETTER = {"is": True, "fid": False, "precision": True, "recall": True}


def compare(
    real: np.ndarray,
    generated: np.ndarray,
    probabilities: np.ndarray | None,
    *,
    settings: params.Metrics,
    real_radii: np.ndarray | None = None,
) -> dict[str, float]:
    """Every metric that can be had from features.

    Args:
        real, generated: features, ``(n, d)`` and ``(m, d)``.
        probabilities: of the generated ones' classes, ``(m, classes)``; without them, no Inception
            Score.
        settings: the metrics' parameters.
        real_radii: of ``real``, where many sets are compared with one.
    """
    precision, recall = precision_recall(
        real, generated, neighbours=settings.neighbours, real_radii=real_radii
    )
    scores = {
        "fid": frechet_distance(real, generated),
        "precision": precision,
        "recall": recall,
    }
    if probabilities is None:
        return scores
    return {"is": inception_score(probabilities, splits=settings.splits)[0], **scores}


class Scorer:
    """Scores sets of images against the training images of a data set.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: params.Metrics) -> None:
        self.settings = settings
        self.space = features.space(dataset)
        self.real, _ = features.real(dataset, "train")
        self.real_radii = radii(self.real, neighbours=settings.neighbours)

    def scores(self, images: np.ndarray) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, c, h, w)``."""
        return compare(
            self.real,
            *self.space.embed(images),
            settings=self.settings,
            real_radii=self.real_radii,
        )

    def fid(self, images: np.ndarray) -> float:
        """FID alone, for the moments of a training run."""
        return frechet_distance(self.real, self.space.embed(images)[0])
