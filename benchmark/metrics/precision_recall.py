"""Improved precision and recall of generated samples."""

from benchmark.metrics.arrays import Features
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    share_in_balls,
    squared_neighbour_distances,
)

NEIGHBOURS = 3  # k of the paper


def precision_recall(
    real: Features, generated: Features, *, k: int = NEIGHBOURS
) -> tuple[float, float]:
    """Compute the share of generated samples that look real, and of real ones that are covered.

    A sample belongs to a set if it lies in a ball around one of its members; the ball reaches to
    the member's k-th nearest neighbour within the set, and its border belongs to it.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        k: number of neighbours.

    Returns:
        Precision (share of ``generated`` that belongs to ``real``) and recall (share of ``real``
        that belongs to ``generated``), both 0 to 1.

    Raises:
        ValueError: a set has not more than k samples, or the numbers of features differ.

    Source:
        Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1 to 3.
    """
    real_balls, generated_balls = (
        Balls(squared_neighbour_distances(features, k=k)[:, -1], closed=True)
        for features in (real, generated)
    )
    comparison = compare_neighbourhoods(
        real, generated, real_balls=(real_balls,), generated_balls=(generated_balls,)
    )
    precision, recall = (share_in_balls(counts) for counts in comparison.ball_counts)
    return precision, recall
