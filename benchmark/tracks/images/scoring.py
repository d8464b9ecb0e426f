"""Score images against the training images, in the feature space of the data set."""

from functools import cached_property
from typing import Any

import numpy as np

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.data.splits import load_classifier_split, load_split
from benchmark.features import extractors, features
from benchmark.features.extractors.classifier import ClassifierExtractor
from benchmark.metrics.class_coverage import class_accuracy, classes_covered, label_divergence
from benchmark.metrics.clipped_density_coverage import (
    clip_radii,
    clipped_coverage_from_counts,
    clipped_density_from_counts,
    real_clipped_density,
)
from benchmark.metrics.density_coverage import density_from_counts
from benchmark.metrics.diversity import output_diversity
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.intra_fid import intra_fid
from benchmark.metrics.kid import kid
from benchmark.metrics.likelihood_divergence import baseline_likelihood, likelihood_divergence
from benchmark.metrics.memorisation import (
    authenticity_from_neighbours,
    distance_ratio_from_neighbours,
)
from benchmark.metrics.mmd import median_distance, mmd
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    share_in_balls,
    squared_neighbour_distances,
)
from benchmark.metrics.perceptual import perceptual_distance_in_batches
from benchmark.metrics.vendi import vendi_score
from benchmark.tracks.base import scorer as base

SAMPLES_PER_FEATURE = 4  # generated samples of each class, for intra-FID


class Real:
    """Statistics of the real images, computed once.

    Args:
        features: of the real images, ``(n, d)``.
        settings: the metrics' parameters.
        held_out: features of real images that no model is trained on, ``(t, d)``; without them,
            no likelihood divergence.
    """

    def __init__(
        self, features: np.ndarray, settings: config.Metrics, held_out: np.ndarray | None = None
    ) -> None:
        self.features, self.settings, self.held_out = features, settings, held_out
        self._baselines: dict[int, float] = {}  # by number of generated samples
        self.statistics = feature_moments(features)
        self.bandwidth = median_distance(features)
        max_k = max(settings.neighbours, settings.density_neighbours)
        self.nearest = squared_neighbour_distances(features, k=max_k)

    def compare(
        self, generated: np.ndarray, probabilities: np.ndarray | None = None
    ) -> dict[str, float]:
        """Compute every metric of features.

        Args:
            generated: features, ``(m, d)``.
            probabilities: of their classes, ``(m, classes)``; without them, no Inception Score.
        """
        scores = {}
        if probabilities is not None:
            scores["is"] = inception_score(
                probabilities, splits=self.settings.splits, shuffle=True
            )[0]
        scores |= self.distances(generated) | self.neighbourhoods(generated)
        scores["vendi"] = vendi_score(generated)
        return scores | self.likelihood(generated)

    def fid(self, generated: np.ndarray) -> float:
        """Compute FID of features ``(m, d)``."""
        return frechet_distance_from_moments(*self.statistics, *feature_moments(generated))

    def diversity(self, generated: np.ndarray) -> float:
        """Compute the root mean square distance of two samples relative to two real images.

        0 if all samples are equal. The mean squared distance of two draws is twice the
        trace of their covariance.
        """
        (_, real), (_, covariance) = self.statistics, feature_moments(generated)
        return float(np.sqrt(covariance.trace() / real.trace()))

    def distances(self, generated: np.ndarray) -> dict[str, float]:
        """Compute the distances between the two distributions."""
        scores = {"fid": self.fid(generated)}
        size = min(self.settings.kid_subset_size, len(self.features), len(generated))
        scores["kid"], _ = kid(
            self.features, generated, subsets=self.settings.kid_subsets, subset_size=size
        )
        scores["mmd"] = mmd(self.features, generated, bandwidth=self.bandwidth)
        return scores

    @cached_property
    def clipped_density(self) -> float:
        """The clipped density of the real images, before calibration."""
        k = self.settings.density_neighbours
        return real_clipped_density(self.features, clip_radii(self.nearest[:, k - 1]), k=k)

    def likelihood(self, generated: np.ndarray) -> dict[str, float]:
        """Compute the likelihood divergence; empty without held-out images."""
        if self.held_out is None:
            return {}
        count = len(generated)
        if count not in self._baselines:
            self._baselines[count] = baseline_likelihood(
                self.features, self.held_out, centres=count
            )
        divergence = likelihood_divergence(
            self.features, self.held_out, generated, baseline=self._baselines[count]
        )
        return {"fld": divergence}

    def neighbourhoods(self, generated: np.ndarray) -> dict[str, float]:
        """Compute the metrics of nearest neighbours."""
        k, density_k = self.settings.neighbours, self.settings.density_neighbours
        comparison = compare_neighbourhoods(
            self.features,
            generated,
            real_balls=(
                Balls(self.nearest[:, k - 1], closed=True),
                Balls(self.nearest[:, density_k - 1], closed=False),
                clip_radii(self.nearest[:, density_k - 1]),
            ),
            generated_balls=(
                Balls(squared_neighbour_distances(generated, k=k)[:, -1], closed=True),
            ),
        )
        return {
            "precision": share_in_balls(comparison.ball_counts[0]),
            "recall": share_in_balls(comparison.ball_counts[3]),
            "density": density_from_counts(comparison.ball_counts[1], k=density_k),
            "coverage": share_in_balls(comparison.sample_counts[1]),
            "clipped_density": clipped_density_from_counts(
                comparison.ball_counts[2], real_density=self.clipped_density, k=density_k
            ),
            "clipped_coverage": clipped_coverage_from_counts(
                comparison.sample_counts[1], samples=len(generated), k=density_k
            ),
            "authenticity": authenticity_from_neighbours(self.nearest[:, 0], comparison),
            "nearest_ratio": distance_ratio_from_neighbours(self.nearest[:, 0], comparison),
        }


class Scorer(base.Scorer):
    """Scores sets of images against the training images of a data set.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
        part: see `Track.scorer`; with ``validation``, images are compared with these.
    """

    has_likelihood = True  # whether samples say nothing of single held-out images

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        self.space = features.load_pinned_extractor(dataset)
        reference = base.choose_reference(part)
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
        self.real = Real(features.load_real_features(dataset, reference)[0], settings, held_out)

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
        if labels is not None and self.classifier is not None:
            scores["class_accuracy"] = class_accuracy(labels, self.predict(images, probabilities))
            scores |= self._within_classes(embedded, labels)
        return scores

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
        return {
            "modes": classes_covered(predicted, classes=count),
            "label_divergence": label_divergence(self.labels, predicted, classes=count),
        }

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
