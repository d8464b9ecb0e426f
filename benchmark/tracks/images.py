"""Images: scored in the feature space of the data set's classifier, against the training images."""

import numpy as np

from benchmark import features, params
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.precision_recall import precision_recall, radii

FEATURE_SPACE = "classifier"
HIGHER_IS_BETTER = {"is": True, "fid": False, "precision": True, "recall": True}


class Scorer:
    """Scores sets of images against the training images of a data set.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: params.Metrics) -> None:
        self.settings = settings
        self.classifier = features.load(dataset)
        self.real, _ = features.real(dataset, "train")
        self.real_radii = radii(self.real, neighbours=settings.neighbours)

    def scores(self, images: np.ndarray) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, c, h, w)``."""
        embedded, probabilities = features.embed(self.classifier, images)
        precision, recall = precision_recall(
            self.real,
            embedded,
            neighbours=self.settings.neighbours,
            real_radii=self.real_radii,
        )
        return {
            "is": inception_score(probabilities, splits=self.settings.splits)[0],
            "fid": frechet_distance(self.real, embedded),
            "precision": precision,
            "recall": recall,
        }

    def fid(self, images: np.ndarray) -> float:
        """FID alone, for the moments of a training run."""
        return frechet_distance(self.real, features.embed(self.classifier, images)[0])
