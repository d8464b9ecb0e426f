"""Density and coverage of generated samples."""

import numpy as np

from benchmark.metrics.arrays import Features
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    share_in_balls,
    squared_neighbour_distances,
)

NEIGHBOURS = 5  # k of the paper


def density_coverage(
    real: Features, generated: Features, *, k: int = NEIGHBOURS
) -> tuple[float, float]:
    """Compute how densely real samples surround generated ones, and how many are covered.

    The ball around a real sample reaches to its k-th nearest neighbour among the real samples; its
    border does not belong to it.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        k: number of neighbours.

    Returns:
        Density (mean number of balls that a generated sample lies in, over k; 0 or more, about 1
        if both sets come from one distribution) and coverage (share of balls that contain a
        generated sample, 0 to 1).

    Raises:
        ValueError: there are not more than k real samples, or the numbers of features differ.

    Source:
        Naeem et al. 2020, arXiv:2002.09797, equations 4 and 6.
    """
    balls = Balls(squared_neighbour_distances(real, k=k)[:, -1], closed=False)
    comparison = compare_neighbourhoods(real, generated, real_balls=(balls,))
    density = density_from_counts(comparison.ball_counts[0], k=k)
    return density, share_in_balls(comparison.sample_counts[0])


def density_from_counts(ball_counts: np.ndarray, *, k: int) -> float:
    """Compute density from the number of balls that each generated sample lies in, ``(m,)``."""
    return float(ball_counts.mean() / k)
