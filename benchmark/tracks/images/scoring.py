"""Score images against real images, in the feature space of the data set."""

from functools import cached_property
from typing import Any

import numpy as np

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.data.splits import load_classifier_split, load_split
from benchmark.features import extractors, features
from benchmark.features.extractors.classifier import (
    FURTHER,
    ClassifierExtractor,
    pinned_path,
)
from benchmark.metrics.class_coverage import class_accuracy, classes_covered, label_divergence
from benchmark.metrics.diversity import output_diversity
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.intra_fid import intra_fid
from benchmark.metrics.perceptual import perceptual_distance_in_batches
from benchmark.tracks.base import scorer as base
from benchmark.tracks.images.real import Real

# metrics in the space of random weights, from those of `Real`
RANDOM = ("fid", "precision", "recall", "density", "coverage")
SAMPLES_PER_FEATURE = 4  # generated samples of each class, for intra-FID


class Scorer(base.Scorer):
    """Scores sets of images against the training images of a data set, or its part ``reference``.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
        part: see `Track.scorer`; with ``validation``, images are compared with these.
    """

    has_likelihood = True  # whether samples say nothing of single held-out images
    draws_more_samples = True  # than there are held-out images
    has_random_space = True  # whether scores are also computed in the space of random weights

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        self.space = features.load_pinned_extractor(dataset)
        self.dataset, self.part = dataset, part
        reference = base.choose_reference(dataset, part)
        self.labels = load_split(dataset, reference)[1]
        self.classifier: extractors.FeatureExtractor | None = None  # None without classes
        if load_classifier_split(dataset, "train")[1].any():
            self.classifier = (
                self.space
                if self.space.name == "classifier"
                else extractors.load("classifier", dataset=dataset)
            )
        has_likelihood = self.has_likelihood and part == "test"
        held_out = features.load_real_features(dataset, "test")[0] if has_likelihood else None
        set_size = len(load_split(dataset, "test")[0]) if self.draws_more_samples else None
        has_others = part == "test" and reference != "train"  # than variants learn from
        self.real = Real(
            features.load_real_features(dataset, reference)[0],
            settings,
            held_out,
            set_size=set_size,
            trained_on=features.load_real_features(dataset, "train")[0] if has_others else None,
        )

    def count_samples(self, held_out: int) -> int:
        return max(self.real.settings.samples, held_out) if self.draws_more_samples else held_out

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of images, uint8 ``(n, c, h, w)``.

        Args:
            images: the samples.
            labels: the requested class of each sample, ``(n,)``; without labels or classes, the
                result lacks the two metrics that need them. Intra-FID needs `samples_per_class`
                samples of each class.
        """
        embedded, probabilities = self.space.embed(images)
        scores = self.real.compare(embedded, probabilities) | self.classes(images, probabilities)
        scores |= self.random_scores(images) | self.further_scores(images)
        if labels is not None and self.classifier is not None:
            scores["class_accuracy"] = class_accuracy(labels, self.predict(images, probabilities))
            scores |= self._within_classes(embedded, labels)
        return scores

    @cached_property
    def random_space(self) -> tuple[extractors.FeatureExtractor, Real]:
        """The network with random weights, and the real images in its space."""
        split = f"random_{base.choose_reference(self.dataset, self.part)}"
        embedded, _ = features.load_real_features(self.dataset, split)
        real = Real(embedded, self.real.settings, set_size=self.real.set_size)
        return extractors.load("random", dataset=self.dataset), real

    def random_scores(self, images: np.ndarray) -> dict[str, float]:
        """Compute the metrics of images, uint8 ``(n, c, h, w)``, in the space of random weights.

        Naeem et al. 2020, arXiv:2002.09797; see `extractors.random`.
        """
        if not self.has_random_space:
            return {}
        extractor, real = self.random_space
        embedded, _ = extractor.embed(images)
        scores = {"fid": real.fid(embedded)} | real.neighbourhoods(embedded)
        return {f"random_{name}": scores[name] for name in RANDOM}

    @cached_property
    def further_classifiers(self) -> list[tuple[ClassifierExtractor, Real]]:
        """Classifiers with other seeds, and the real images in their spaces."""
        if self.part != "test":
            return []
        spaces, reference = [], base.choose_reference(self.dataset, self.part)
        for name in FURTHER:
            if pinned_path(self.dataset, name).is_file():
                embedded, _ = features.load_real_features(self.dataset, f"{name}_{reference}")
                real = Real(embedded, self.real.settings, set_size=self.real.set_size)
                spaces.append((ClassifierExtractor.load(self.dataset, name=name), real))
        return spaces

    def further_scores(self, images: np.ndarray) -> dict[str, float]:
        """Compute FID of images, uint8 ``(n, c, h, w)``, under classifiers with other seeds."""
        return {
            f"{extractor.file.stem}_fid": real.fid(extractor.embed(images)[0])
            for extractor, real in self.further_classifiers
        }

    @property
    def samples_per_class(self) -> int:  # type: ignore[override]
        """Number of samples of each class for intra-FID.

        0 if the real images of a class are too few for their features, or there are no classes.
        """
        d = self.real.features.shape[1]
        if self.classifier is None or np.bincount(self.labels).min() <= d:
            return 0
        return SAMPLES_PER_FEATURE * d

    def class_scores(self, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Compute intra-FID of images, uint8 ``(n, c, h, w)``, requested for labels ``(n,)``."""
        return self._within_classes(self.space.embed(images)[0], labels)

    def _within_classes(self, embedded: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Compute intra-FID of equally many samples of each class; empty with fewer."""
        count, classes = self.samples_per_class, int(self.labels.max()) + 1
        if not count or np.bincount(labels, minlength=classes).min() < count:
            return {}
        # equal numbers make the bias equal for all rows
        chosen = np.concatenate([np.flatnonzero(labels == y)[:count] for y in range(classes)])
        return {
            "intra_fid": intra_fid(
                self.real.features, self.labels, embedded[chosen], labels[chosen]
            )
        }

    def headline(self, images: np.ndarray) -> float:
        """Compute FID of images, uint8 ``(n, c, h, w)``."""
        return self.real.fid(self.space.embed(images)[0])

    def distance(self, first: np.ndarray, second: np.ndarray) -> float:
        """Compute the perceptual distance of images, uint8 ``(n, c, h, w)``, by the classifier."""
        space = self.classifier
        assert isinstance(space, ClassifierExtractor)
        parts = (
            slice(start, start + space.batch_size)
            for start in range(0, len(first), space.batch_size)
        )
        return perceptual_distance_in_batches(
            (space.feature_maps(first[part]), space.feature_maps(second[part])) for part in parts
        )

    def output_diversity(self, draws: list[np.ndarray]) -> dict[str, float]:
        if self.classifier is None:
            return {}
        if all(np.array_equal(draw, draws[0]) for draw in draws):  # a variant without noise
            return {"output_diversity": 0.0}
        return {"output_diversity": output_diversity(draws, distance=self.distance)}

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores."""
        return {
            "real_images": len(self.real.features),
            "feature_space": self.space.name,
            "features": sha256(self.space.file),
        }

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of images, uint8 ``(n, c, h, w)``."""
        embedded, probabilities = self.space.embed(images)
        scores = {"fid": self.real.fid(embedded)}
        if probabilities is not None:
            scores["is"] = inception_score(
                probabilities, splits=self.real.settings.splits, shuffle=True
            )[0]
        scores["diversity"] = self.real.diversity(embedded)
        return scores | self.classes(images, probabilities)

    def classes(self, images: np.ndarray, probabilities: np.ndarray | None) -> dict[str, float]:
        """Compute the number and shares of the generated classes; arguments as for `predict`."""
        if self.classifier is None:
            return {}
        predicted, count = self.predict(images, probabilities), int(self.labels.max()) + 1
        sets = self.real.split(predicted)
        modes = [classes_covered(part, classes=count) for part in sets]
        divergences = [label_divergence(self.labels, part, classes=count) for part in sets]
        return {"modes": float(np.mean(modes)), "label_divergence": float(np.mean(divergences))}

    def predict(self, images: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """Predict the class of each image by the classifier, ``(n,)``.

        Args:
            images: uint8 ``(n, c, h, w)``.
            probabilities: of the feature space, if it is the classifier.
        """
        assert self.classifier is not None  # data without classes have no labels
        if self.classifier is not self.space or probabilities is None:
            _, probabilities = self.classifier.embed(images)
        assert probabilities is not None  # a classifier has probabilities
        return probabilities.argmax(axis=1)
