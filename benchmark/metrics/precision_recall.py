"""Improved precision and recall: Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1 to 3."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial.distance import cdist

CHUNK = 1024  # rows of distances held at a time


def precision_recall(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    neighbours: int = 3,
    real_radii: np.ndarray | None = None,
) -> tuple[float, float]:
    """How much of what is generated is real, and how much of what is real is generated.

    A sample belongs to a set if it lies in a ball around one of its members that reaches, and
    includes, the member's k-th nearest neighbour within the set.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        neighbours: k.
        real_radii: ``radii(real)``, where many sets are compared with one.

    Returns:
        Precision (share of ``generated`` that belongs to ``real``) and recall (the other way
        round), both 0 to 1.

    Raises:
        ValueError: a set has no more than k members.
    """
    for name, features in (("real", real), ("generated", generated)):
        if len(features) <= neighbours:
            raise ValueError(f"{len(features)} {name} samples have no {neighbours} neighbours each")
    if real_radii is None:
        real_radii = radii(real, neighbours=neighbours)
    generated_radii = radii(generated, neighbours=neighbours)
    precision = _share_inside(generated, real, real_radii)
    return precision, _share_inside(real, generated, generated_radii)


def radii(members: np.ndarray, *, neighbours: int = 3) -> np.ndarray:
    """Distance of each of ``members`` ``(n, d)`` to its k-th nearest neighbour, as ``(n,)``."""
    # the nearest of all is the member itself, at distance 0
    return np.concatenate(
        [
            # a copy, since a view would keep all distances of the chunk in memory
            np.partition(distances, neighbours, axis=1)[:, neighbours].copy()
            for distances in _distances(members, members)
        ]
    )


def _share_inside(samples: np.ndarray, members: np.ndarray, reach: np.ndarray) -> float:
    inside = [(distances <= reach).any(axis=1) for distances in _distances(samples, members)]
    return float(np.concatenate(inside).mean())


def _distances(rows: np.ndarray, columns: np.ndarray) -> Iterator[np.ndarray]:
    """Euclidean distances, some rows at a time."""
    rows, columns = (np.asarray(features, dtype=np.float64) for features in (rows, columns))
    for start in range(0, len(rows), CHUNK):
        yield cdist(rows[start : start + CHUNK], columns)
