"""Clipped density and coverage, which read as shares of good samples."""

import numpy as np
from scipy.stats import betabinom

from benchmark.metrics.arrays import Features
from benchmark.metrics.density_coverage import NEIGHBOURS
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    squared_neighbour_distances,
)


def clipped_density_coverage(
    real: Features, generated: Features, *, k: int = NEIGHBOURS
) -> tuple[float, float]:
    """Compute the equivalent shares of good samples, for fidelity and for coverage.

    Clipped density counts balls around the real samples, whose radii are the distances to their
    k-th nearest real neighbours, but at most the median of these: a real outlier cannot make bad
    samples good. A generated sample in k balls or more counts 1, and the mean is divided by that
    of the real samples in the balls of the others.

    Clipped coverage counts the generated samples in the ball of each real sample, without limit
    of the radius: k of them or more count 1. The mean is calibrated by its expectation for m
    samples that are drawn from the distribution of the real ones. With far fewer generated samples
    than real ones a ball seldom has k, and samples that crowd in half of the data cover more.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        k: number of neighbours.

    Returns:
        Clipped density and clipped coverage, 0 to 1 each: 0.5 if every second sample is bad and
        the others are drawn from the distribution of the real ones.

    Raises:
        ValueError: there are not more than k real samples, the numbers of features differ, or a
            number is not finite.

    Source:
        Salvy, Talbot and Thirion 2025, arXiv:2507.01761, and their code. The calibration of
        coverage is interpolated, and exact below k samples; their code takes 0 there, and rounds
        to a number of samples.
    """
    radii = squared_neighbour_distances(real, k=k)[:, -1]
    clipped = clip_radii(radii)
    comparison = compare_neighbourhoods(
        real, generated, real_balls=(clipped, Balls(radii, closed=False))
    )
    return (
        clipped_density_from_counts(
            comparison.ball_counts[0], real_density=real_clipped_density(real, clipped, k=k), k=k
        ),
        clipped_coverage_from_counts(comparison.sample_counts[1], samples=len(generated), k=k),
    )


def clip_radii(squared_radii: np.ndarray) -> Balls:
    """Make closed balls whose radii are at most the median, from squared radii ``(n,)``."""
    return Balls(np.minimum(squared_radii, np.median(squared_radii)), closed=True)


def real_clipped_density(real: Features, balls: Balls, *, k: int) -> float:
    """Compute the clipped density of real samples, each without its ball, before calibration.

    Args:
        real: features of real samples, ``(n, d)``.
        balls: around them, of `clip_radii`.
        k: number of neighbours.
    """
    counts = compare_neighbourhoods(real, real, real_balls=(balls,)).ball_counts[0]
    return _mean_clipped(counts - 1, k=k)


def clipped_density_from_counts(ball_counts: np.ndarray, *, real_density: float, k: int) -> float:
    """Compute clipped density from counts.

    Args:
        ball_counts: number of clipped balls that each generated sample lies in, ``(m,)``.
        real_density: of `real_clipped_density`; above 0.
        k: number of neighbours.
    """
    return min(_mean_clipped(ball_counts, k=k) / real_density, 1.0)


def clipped_coverage_from_counts(sample_counts: np.ndarray, *, samples: int, k: int) -> float:
    """Compute clipped coverage from counts.

    Args:
        sample_counts: number of generated samples in the ball of each real sample, ``(n,)``.
        samples: number of generated samples.
        k: number of neighbours.
    """
    expected = expected_coverage(len(sample_counts), samples, k=k)
    good = np.interp(_mean_clipped(sample_counts, k=k), expected, np.arange(samples + 1))
    return float(good / samples)


def expected_coverage(real: int, samples: int, *, k: int) -> np.ndarray:
    """Compute the mean coverage before calibration of 0 to ``samples`` good samples.

    The share of the distribution in the ball of a real sample is Beta(k, n - k), the k-th smallest
    of n - 1 uniform numbers, so the number of j samples in it is beta-binomial.

    Args:
        real: number of real samples n, above k.
        samples: largest number of good samples.
        k: number of neighbours.

    Returns:
        ``(samples + 1,)``, rising from 0.
    """
    good, counts = np.arange(samples + 1), np.arange(k)[:, None]
    missing = (k - counts) * betabinom.pmf(counts, good, k, real - k)
    return 1 - missing.sum(axis=0) / k


def _mean_clipped(counts: np.ndarray, *, k: int) -> float:
    """Compute the mean of counts ``(n,)`` relative to k, each at most 1."""
    return float(np.minimum(counts / k, 1).mean())
