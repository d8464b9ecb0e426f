"""Score translations with many correct outputs, in a feature space with hues."""

import numpy as np

from benchmark.data.sources.multimodal import HUES
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """See `translation.Scorer`; here the classifier predicts class and hue together."""

    def predict(self, images: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """Predict the class of each image, summed over hues, ``(n,)``."""
        if probabilities is None:
            _, probabilities = self.space.embed(images)
        assert probabilities is not None  # a classifier has probabilities
        return probabilities.reshape(len(images), -1, HUES).sum(axis=2).argmax(axis=1)
