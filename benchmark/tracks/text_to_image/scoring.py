"""Images drawn for captions: scored as images are, and by whether they show what was said."""

import numpy as np

from benchmark import config
from benchmark.data.sources.text_to_image import ATTRIBUTES
from benchmark.data.splits import load_classifier_split
from benchmark.features.extractors import matching
from benchmark.features.extractors.classifier import ClassifierExtractor, predict_classes
from benchmark.tracks.images import scoring as images


class Scorer(images.Scorer):
    """Scores sets of images, each drawn for a held-out caption, in the order of these.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: config.Metrics) -> None:
        super().__init__(dataset, settings)
        self.matching = matching.load_caption_image_encoder(dataset)
        self.captions = self.matching.embed_captions(matching.load_captions(dataset, "test"))
        self.meanings = matching.load_caption_meanings(dataset)
        attributes = load_classifier_split(dataset, "test")[1]
        self.attributes = attributes.reshape(len(attributes), -1)

    def scores(self, images: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, c, h, w)``, one for each held-out caption.

        Args:
            images: what was drawn.
            wanted: not needed: each is to show what its caption says.
        """
        embedded, probabilities = self.space.embed(images)
        scores = {"r_precision": self.r_precision(images)} | self.shown(images)
        return scores | self.real.compare(embedded) | self.classes(images, probabilities)

    def r_precision(self, images: np.ndarray) -> float:
        """Of images, uint8 ``(n, c, h, w)``, drawn for the first captions."""
        return matching.compute_r_precision(self.matching, self.captions, images, self.meanings)

    def headline(self, images: np.ndarray) -> float:
        """The share of images to which another caption is nearer: a search wants the least."""
        return 1 - self.r_precision(images)

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """The few metrics that are taken over training, of images, uint8 ``(n, c, h, w)``."""
        embedded, probabilities = self.space.embed(images)
        return {
            "fid": self.real.fid(embedded),
            "r_precision": self.r_precision(images),
            "diversity": self.real.diversity(embedded),
        } | self.classes(images, probabilities)

    def shown(self, images: np.ndarray) -> dict[str, float]:
        """Shares of images, uint8 ``(n, c, h, w)``, that show what they should.

        The class; of digits also weight and slant, where there is one digit, and the colours.
        """
        if self.classifier is None:
            return {}
        right = self.told(images) == self.attributes
        if right.shape[1] < len(ATTRIBUTES):
            return {"class_accuracy": float(right.all(axis=1).mean())}
        own = dict(zip(ATTRIBUTES, right.T, strict=True))
        one = self.attributes[:, ATTRIBUTES.index("second")] == 0
        scores = {
            "weight_accuracy": own["weight"][one].mean(),
            "slant_accuracy": own["slant"][one].mean(),
            "colour_accuracy": own["colour"].mean(),
        }
        scores |= {
            "class_accuracy": (own["digit"] & own["second"]).mean(),
            "attribute_accuracy": np.mean(list(scores.values())),
        }
        return {name: float(share) for name, share in scores.items()}

    def told(self, images: np.ndarray) -> np.ndarray:
        """What the classifier says of images, uint8 ``(n, c, h, w)``, as of ``attributes``."""
        assert isinstance(self.classifier, ClassifierExtractor)
        return predict_classes(self.classifier.network, self.classifier.embed(images)[1])

    def predict(self, images: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """The class that the classifier gives to each image, ``(n,)``; of digits, the first one."""
        return self.told(images)[:, 0]
