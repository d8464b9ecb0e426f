"""Whether generated samples are copies of training samples."""

import numpy as np

from benchmark.metrics.arrays import Features
from benchmark.metrics.neighbours import (
    NeighbourhoodComparison,
    compare_neighbourhoods,
    squared_neighbour_distances,
)


def authenticity(real: Features, generated: Features) -> float:
    """Compute the share of generated samples that do not copy their nearest training sample.

    A sample counts as a copy if its nearest training sample is at least as near to it as to any
    other training sample.

    Args:
        real: features of the training samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.

    Returns:
        0 to 1; 0 for copies. Unseen samples of the same distribution do not score 1: two points
        are often each other's nearest, so they score a third in one dimension, a half in many.

    Raises:
        ValueError: there are fewer than two training samples, or the numbers of features differ.

    Source:
        Alaa et al. 2022, arXiv:2102.08921, section 3: AuthPct, as a share.
    """
    real_distances = squared_neighbour_distances(real, k=1)[:, 0]
    return authenticity_from_neighbours(real_distances, compare_neighbourhoods(real, generated))


def nearest_distance_ratio(real: Features, generated: Features) -> float:
    """Compute the median distance to the nearest training sample, relative to training samples.

    Args:
        real: features of the training samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.

    Returns:
        0 for copies, about 1 for unseen samples of the same distribution, more for samples far
        from all data; NaN or infinity if most training samples are copies of each other.

    Raises:
        ValueError: there are fewer than two training samples, or the numbers of features differ.

    Source:
        This benchmark: the median of the distances that Alaa et al. 2022, arXiv:2102.08921,
        section 3, compare sample by sample.
    """
    real_distances = squared_neighbour_distances(real, k=1)[:, 0]
    return distance_ratio_from_neighbours(real_distances, compare_neighbourhoods(real, generated))


def authenticity_from_neighbours(
    real_distances: np.ndarray, comparison: NeighbourhoodComparison
) -> float:
    """Compute `authenticity` from distances that are computed already.

    Args:
        real_distances: squared distance of each training sample to the nearest other, ``(n,)``.
        comparison: of the training samples and the generated ones.
    """
    return float((real_distances[comparison.nearest_real] < comparison.squared_distances).mean())


def distance_ratio_from_neighbours(
    real_distances: np.ndarray, comparison: NeighbourhoodComparison
) -> float:
    """Compute `nearest_distance_ratio` from distances that are computed already.

    Args:
        real_distances: squared distance of each training sample to the nearest other, ``(n,)``.
        comparison: of the training samples and the generated ones.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.sqrt(np.median(comparison.squared_distances) / np.median(real_distances)))
