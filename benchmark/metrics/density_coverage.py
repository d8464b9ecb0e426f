"""Density and coverage: Naeem et al. 2020, arXiv:2002.09797, equations 4 and 6."""

from typing import Any

import numpy as np

from benchmark.metrics.neighbours import Balls, meet, nearest
from benchmark.metrics.precision_recall import share_inside

NEIGHBOURS = 5  # the paper's k


def density_coverage(
    real: Any, generated: Any, *, neighbours: int = NEIGHBOURS
) -> tuple[float, float]:
    """How densely real samples surround the generated ones, and how many of them are met.

    A real sample's ball reaches to its k-th nearest neighbour among the real ones, and does not
    include it.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        neighbours: k.

    Returns:
        Density (mean number of balls that a generated sample lies in, over k; 0 or more, about 1
        where both sets are of one distribution) and coverage (share of balls with a generated
        sample in them, 0 to 1).

    Raises:
        ValueError: there are no more than k real samples, or the numbers of features differ.
    """
    balls = Balls(nearest(real, count=neighbours)[:, -1], closed=False)
    meeting = meet(real, generated, around_real=(balls,))
    return density(meeting.within[0], neighbours=neighbours), share_inside(meeting.held[0])


def density(within: np.ndarray, *, neighbours: int) -> float:
    """Density; ``within``: in how many balls each generated sample lies, ``(m,)``."""
    return float(within.mean() / neighbours)
