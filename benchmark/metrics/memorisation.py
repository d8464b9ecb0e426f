"""Whether samples are copies of training data.

Authenticity is AuthPct of Alaa et al. 2022, arXiv:2102.08921, section 3, as a share.
"""

from typing import Any

import numpy as np

from benchmark.metrics.neighbours import Meeting, meet, nearest


def authenticity(real: Any, generated: Any) -> float:
    """Share of generated samples that are no copy of the training sample nearest to them.

    A sample counts as a copy if that training sample is at least as near to it as to any other
    training sample.

    Args:
        real: features of the training samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.

    Returns:
        0 to 1; 0 for copies. Unseen samples of the same distribution do not score 1: two points
        are often each other's nearest, so they score a third in one dimension, a half in many.

    Raises:
        ValueError: there are fewer than two training samples, or the numbers of features differ.
    """
    return authentic(nearest(real, count=1)[:, 0], meet(real, generated))


def nearest_distance_ratio(real: Any, generated: Any) -> float:
    """Median distance to the nearest training sample, over what it is among these themselves.

    Args:
        real: features of the training samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.

    Returns:
        0 for copies, about 1 for unseen samples of the same distribution, more for samples far
        from all data; NaN or infinity where most training samples are copies of each other.

    Raises:
        ValueError: there are fewer than two training samples, or the numbers of features differ.
    """
    return distance_ratio(nearest(real, count=1)[:, 0], meet(real, generated))


def authentic(real: np.ndarray, meeting: Meeting) -> float:
    """Authenticity; ``real``: squared distance of each training sample to the nearest other."""
    return float((real[meeting.nearest] < meeting.squared).mean())


def distance_ratio(real: np.ndarray, meeting: Meeting) -> float:
    """The ratio; ``real``: squared distance of each training sample to the nearest other."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.sqrt(np.median(meeting.squared) / np.median(real)))
