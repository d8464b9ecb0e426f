"""Improved precision and recall: Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1 to 3."""

import numpy as np
from scipy.spatial.distance import cdist

CHUNK = 1024  # rows of distances held at a time


def precision_recall(
    real: np.ndarray, generated: np.ndarray, *, neighbours: int = 3
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
        ValueError: a set has no more than k members.
    """
    real = np.asarray(real, dtype=np.float64)
    generated = np.asarray(generated, dtype=np.float64)
    for name, features in (("real", real), ("generated", generated)):
        if len(features) <= neighbours:
            raise ValueError(f"{len(features)} {name} samples have no {neighbours} neighbours each")
    return _share_inside(generated, real, neighbours), _share_inside(real, generated, neighbours)


def _share_inside(samples: np.ndarray, members: np.ndarray, neighbours: int) -> float:
    radii = np.concatenate(
        [
            # the nearest neighbour is the member itself, at distance 0
            np.partition(cdist(members[start : start + CHUNK], members), neighbours, axis=1)[
                :, neighbours
            ]
            for start in range(0, len(members), CHUNK)
        ]
    )
    inside = [
        (cdist(samples[start : start + CHUNK], members) <= radii).any(axis=1)
        for start in range(0, len(samples), CHUNK)
    ]
    return float(np.concatenate(inside).mean())
