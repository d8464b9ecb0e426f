"""Vendi score: the effective number of different samples in a set."""

from typing import Any

import numpy as np
from scipy import linalg
from scipy.special import xlogy

from benchmark.metrics.arrays import Features, check_features, to_float64

CHUNK = 4096  # rows held in double precision at a time


def vendi_score(features: Features) -> float:
    """Compute the effective number of different samples by the cosine of their features.

    It is the exponential of the Shannon entropy of the eigenvalues of K / n, where K is the matrix
    of the cosines between samples. Equal directions count once, however long the features are.
    Features that are all zero have no direction: they count as equal to each other and different
    from the rest. The score sees no real samples, so noise can have a high one.

    Args:
        features: of generated samples, ``(n, d)``.

    Returns:
        1 to n, and at most d, or d + 1 if features of a sample are all zero: 1 for copies, n for
        orthogonal samples.

    Raises:
        ValueError: there are no samples, or a number is not finite.

    Source:
        Friedman and Dieng 2022, arXiv:2210.02410. The matrix of the d features has the same
        eigenvalues as K, except for zeros; the smaller of the two is taken.
    """
    features = check_features(features)
    n, d = features.shape
    if n <= d:
        directions, zeros = _normalise(features)
        matrix = directions @ directions.T
    else:
        matrix, zeros = np.zeros((d, d)), 0
        for start in range(0, n, CHUNK):
            directions, count = _normalise(features[start : start + CHUNK])
            matrix += directions.T @ directions
            zeros += count
    eigenvalues = linalg.eigvalsh(matrix / n, overwrite_a=True, check_finite=False)
    shares = np.append(np.clip(eigenvalues, 0, None), zeros / n)  # rounding can be negative
    shares /= shares.sum()
    return float(np.exp(-xlogy(shares, shares).sum()))


def _normalise(features: Any) -> tuple[np.ndarray, int]:
    """Scale samples ``(n, d)`` to length 1; return them, and how many are zero."""
    part = to_float64(features)
    part = part if isinstance(part, np.ndarray) else part.cpu().numpy()
    if not np.isfinite(part).all():
        raise ValueError("features: expected finite numbers, got NaN or infinity")
    largest = np.abs(part).max(axis=1, keepdims=True)  # squares could overflow or underflow
    scaled = np.divide(part, largest, out=np.zeros_like(part), where=largest > 0)
    norms = np.linalg.norm(scaled, axis=1, keepdims=True)
    np.divide(scaled, norms, out=scaled, where=norms > 0)
    return scaled, int((norms == 0).sum())
