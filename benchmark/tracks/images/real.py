"""Compare features of generated images with those of the real ones."""

from functools import cached_property

import numpy as np

from benchmark import config
from benchmark.metrics.clipped_density_coverage import (
    clip_radii,
    clipped_coverage_from_counts,
    clipped_density_from_counts,
    real_clipped_density,
)
from benchmark.metrics.density_coverage import density_from_counts
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments
from benchmark.metrics.inception_score import inception_score
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
from benchmark.metrics.vendi import vendi_score


class Real:
    """Statistics of the real images, computed once.

    Args:
        features: of the real images, ``(n, d)``.
        settings: the metrics' parameters.
        held_out: features of real images that no model is trained on, ``(t, d)``; without them,
            no likelihood divergence.
        set_size: number of generated samples in a set; None for all of them. Metrics that depend
            on the number of samples are means over disjoint sets.
        trained_on: features of the images that variants learn from, ``(k, d)``, if ``features`` are
            of others: these say what is memorised, and fit the likelihood divergence, whose
            constant is that of ``features``.
    """

    def __init__(
        self,
        features: np.ndarray,
        settings: config.Metrics,
        held_out: np.ndarray | None = None,
        *,
        set_size: int | None = None,
        trained_on: np.ndarray | None = None,
    ) -> None:
        self.features, self.settings, self.held_out = features, settings, held_out
        self.set_size, self.trained_on = set_size, trained_on
        self._baselines: dict[int, float] = {}  # by number of generated samples
        self.statistics = feature_moments(features)
        self.bandwidth = median_distance(features)
        max_k = max(settings.neighbours, settings.density_neighbours)
        self.nearest = squared_neighbour_distances(features, k=max_k)
        self.nearest_trained = self.nearest[:, 0]
        if trained_on is not None:
            self.nearest_trained = squared_neighbour_distances(trained_on, k=1)[:, 0]

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
            sets = self.split(probabilities)
            scores["is"] = float(np.mean([self._inception_score(part) for part in sets]))
        scores |= self.distances(generated) | self.neighbourhoods(generated)
        scores["vendi"] = float(np.mean([vendi_score(part) for part in self.split(generated)]))
        return scores | self.pooled_fid(generated) | self.likelihood(generated)

    def _inception_score(self, probabilities: np.ndarray) -> float:
        return inception_score(probabilities, splits=self.settings.splits, shuffle=True)[0]

    def fid(self, generated: np.ndarray) -> float:
        """Compute FID of features ``(m, d)``, the mean over their sets."""
        return float(np.mean([self._fid(part) for part in self.split(generated)]))

    def pooled_fid(self, generated: np.ndarray) -> dict[str, float]:
        """Compute FID of all samples together; empty without a size of sets."""
        return {} if self.set_size is None else {"pooled_fid": self._fid(generated)}

    def _fid(self, generated: np.ndarray) -> float:
        return frechet_distance_from_moments(*self.statistics, *feature_moments(generated))

    def split(self, samples: np.ndarray) -> list[np.ndarray]:
        """Split an array of m samples into disjoint sets of ``set_size``; leave out the remainder.

        One set if there are no more than ``set_size``.
        """
        size = self.set_size or len(samples)
        count = max(len(samples) // size, 1)
        return [samples[start * size : (start + 1) * size] for start in range(count)]

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
        """Compute the likelihood divergence of the first set; empty without held-out images."""
        if self.held_out is None:
            return {}
        generated = self.split(generated)[0]
        count = len(generated)
        if count not in self._baselines:
            self._baselines[count] = baseline_likelihood(
                self.features, self.held_out, centres=count
            )
        trained_on = self.features if self.trained_on is None else self.trained_on
        divergence = likelihood_divergence(
            trained_on, self.held_out, generated, baseline=self._baselines[count]
        )
        return {"fld": divergence}

    def neighbourhoods(self, generated: np.ndarray) -> dict[str, float]:
        """Compute the metrics of nearest neighbours, means over the sets of samples."""
        scores = [self._neighbourhoods(part) for part in self.split(generated)]
        return {name: float(np.mean([score[name] for score in scores])) for name in scores[0]}

    def _neighbourhoods(self, generated: np.ndarray) -> dict[str, float]:
        """Compute the metrics of nearest neighbours of one set."""
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
        trained = comparison
        if self.trained_on is not None:
            trained = compare_neighbourhoods(self.trained_on, generated)
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
            "authenticity": authenticity_from_neighbours(self.nearest_trained, trained),
            "nearest_ratio": distance_ratio_from_neighbours(self.nearest_trained, trained),
        }
