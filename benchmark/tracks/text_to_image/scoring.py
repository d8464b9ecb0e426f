"""Score images of captions as images, and by their match with the captions."""

import numpy as np

from benchmark import config
from benchmark.data.sources.text_to_image import ATTRIBUTES
from benchmark.data.splits import load_classifier_split
from benchmark.features.extractors import matching
from benchmark.features.extractors.classifier import ClassifierExtractor, predict_classes
from benchmark.tracks.images import scoring as images


class Scorer(images.Scorer):
    """Scores images of the held-out captions, in their order.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    draws_more_samples = False  # one image for each held-out caption

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        self.matching = matching.load_caption_image_encoder(dataset)
        self.captions = self.matching.embed_captions(matching.load_captions(dataset, part))
        self.meanings = matching.load_caption_meanings(dataset, part)
        attributes = load_classifier_split(dataset, part)[1]
        self.attributes = attributes.reshape(len(attributes), -1)

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of images, uint8 ``(n, c, h, w)``, one for each held-out caption.

        Args:
            images: the samples.
            labels: ignored: captions define the classes.
        """
        embedded, probabilities = self.space.embed(images)
        scores = {"r_precision": self.r_precision(images)} | self.attribute_scores(images)
        scores |= self.real.compare(embedded) | self.classes(images, probabilities)
        return scores | self.random_scores(images)

    def r_precision(self, images: np.ndarray) -> float:
        """Compute R-precision of images, uint8 ``(n, c, h, w)``, of the first captions."""
        return matching.compute_r_precision(self.matching, self.captions, images, self.meanings)

    def headline(self, images: np.ndarray) -> float:
        """Compute R-precision of images, uint8 ``(n, c, h, w)``."""
        return self.r_precision(images)

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of images, uint8 ``(n, c, h, w)``."""
        embedded, probabilities = self.space.embed(images)
        return {
            "fid": self.real.fid(embedded),
            "r_precision": self.r_precision(images),
            "diversity": self.real.diversity(embedded),
        } | self.classes(images, probabilities)

    def attribute_scores(self, images: np.ndarray) -> dict[str, float]:
        """Compute the shares of images, uint8 ``(n, c, h, w)``, with the captioned attributes.

        Class accuracy; for digits also colours and, of single digits, weight and slant.
        """
        if self.classifier is None:
            return {}
        is_right = self.predict_attributes(images) == self.attributes
        if is_right.shape[1] < len(ATTRIBUTES):
            return {"class_accuracy": float(is_right.all(axis=1).mean())}
        by_name = dict(zip(ATTRIBUTES, is_right.T, strict=True))
        is_single = self.attributes[:, ATTRIBUTES.index("second")] == 0
        scores = {
            "weight_accuracy": by_name["weight"][is_single].mean(),
            "slant_accuracy": by_name["slant"][is_single].mean(),
            "colour_accuracy": by_name["colour"].mean(),
        }
        scores |= {
            "class_accuracy": (by_name["digit"] & by_name["second"]).mean(),
            "attribute_accuracy": np.mean(list(scores.values())),
        }
        return {name: float(share) for name, share in scores.items()}

    def predict_attributes(self, images: np.ndarray) -> np.ndarray:
        """Predict the attributes of images, uint8 ``(n, c, h, w)``, as in ``attributes``."""
        assert isinstance(self.classifier, ClassifierExtractor)
        return predict_classes(self.classifier.network, self.classifier.embed(images)[1])

    def predict(self, images: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """Predict the class of each image, ``(n,)``; of digits, the first one."""
        return self.predict_attributes(images)[:, 0]
