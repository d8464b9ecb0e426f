"""Precision, recall, density and coverage together, at the cost of one comparison."""

from benchmark.metrics.arrays import Features
from benchmark.metrics.density_coverage import NEIGHBOURS as DENSITY_NEIGHBOURS
from benchmark.metrics.density_coverage import density_from_counts
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    share_in_balls,
    squared_neighbour_distances,
)
from benchmark.metrics.precision_recall import NEIGHBOURS


def prdc(
    real: Features,
    generated: Features,
    *,
    k: int = NEIGHBOURS,
    density_k: int = DENSITY_NEIGHBOURS,
) -> dict[str, float]:
    """Compute precision, recall, density and coverage from one table of distances.

    The values equal those of `precision_recall` and `density_coverage`.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        k: number of neighbours for precision and recall.
        density_k: number of neighbours for density and coverage.

    Returns:
        ``precision``, ``recall`` and ``coverage``, 0 to 1, and ``density``, 0 or more.

    Raises:
        ValueError: a set has not more than k samples, or the numbers of features differ.

    Source:
        Kynkaanniemi et al. 2019, arXiv:1904.06991; Naeem et al. 2020, arXiv:2002.09797.
    """
    real_distances = squared_neighbour_distances(real, k=max(k, density_k))
    generated_distances = squared_neighbour_distances(generated, k=k)
    comparison = compare_neighbourhoods(
        real,
        generated,
        real_balls=(
            Balls(real_distances[:, k - 1], closed=True),
            Balls(real_distances[:, density_k - 1], closed=False),
        ),
        generated_balls=(Balls(generated_distances[:, -1], closed=True),),
    )
    generated_in_real, generated_in_open_real, real_in_generated = comparison.ball_counts
    return {
        "precision": share_in_balls(generated_in_real),
        "recall": share_in_balls(real_in_generated),
        "density": density_from_counts(generated_in_open_real, k=density_k),
        "coverage": share_in_balls(comparison.sample_counts[1]),
    }
