"""Wasserstein distance between two sets of points: Villani 2009, "Optimal Transport", chapter 6."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from benchmark.metrics.arrays import float64, pair


def wasserstein(real: np.ndarray, generated: np.ndarray, *, order: float = 1) -> float:
    """How far the points of one set travel at least, on average, to become the other: W_p.

    Exact: an optimal plan between two sets of n points of equal weight pairs them off. That takes
    n x n distances and some n^3 steps (seconds for 2,000 points); in one dimension only a sort.

    It is exact of the *sets*. Draws of one and the same distribution are not at 0, so hold it
    against what real points score.

    Args:
        real: ``(n, d)``.
        generated: ``(n, d)``.
        order: p, at least 1; the mean is that of the p-th powers, of which the root is taken.

    Returns:
        0 or more, in the units of the points.

    Raises:
        ValueError: the sets differ in size or width, a number is not finite, or the order is below
            1.
    """
    real, generated = (float64(points) for points in pair(real, generated))
    if len(real) != len(generated):
        raise ValueError(f"{len(real)} real points cannot be paired with {len(generated)}")
    if not order >= 1:
        raise ValueError(f"an order of {order} is not at least 1")
    for name, points in (("real", real), ("generated", generated)):
        if not np.isfinite(points).all():
            raise ValueError(f"{name}: numbers that are not finite")
    if real.shape[1] == 1:
        travelled = np.abs(np.sort(real[:, 0]) - np.sort(generated[:, 0]))
    else:
        distances = cdist(real, generated)
        rows, columns = linear_sum_assignment(distances**order)
        travelled = distances[rows, columns]
    return float((travelled**order).mean() ** (1 / order))
