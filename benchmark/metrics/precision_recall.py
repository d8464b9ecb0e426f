"""Improved precision and recall: Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1 to 3."""

from typing import Any

import numpy as np

from benchmark.metrics.neighbours import Balls, meet, nearest

NEIGHBOURS = 3  # the paper's k


def precision_recall(
    real: Any, generated: Any, *, neighbours: int = NEIGHBOURS
) -> tuple[float, float]:
    """How much of what is generated is real, and how much of what is real is generated.

    A sample belongs to a set if it lies in a ball around one of its members that reaches, and
    includes, the member's k-th nearest neighbour within the set.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        neighbours: k.

    Returns:
        Precision (share of ``generated`` that belongs to ``real``) and recall (the other way
        round), both 0 to 1.

    Raises:
        ValueError: a set has no more than k samples, or they differ in their number of features.
    """
    around_real, around_generated = (
        Balls(nearest(features, count=neighbours)[:, -1], closed=True)
        for features in (real, generated)
    )
    meeting = meet(
        real, generated, around_real=(around_real,), around_generated=(around_generated,)
    )
    precision, recall = (share_inside(within) for within in meeting.within)
    return precision, recall


def share_inside(within: np.ndarray) -> float:
    """Share of samples that lie in at least one ball; ``within``: in how many each lies."""
    return float((within > 0).mean())
