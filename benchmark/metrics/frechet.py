"""Frechet distance of Gaussians fitted to features (FID): Heusel et al. 2017, arXiv:1706.08500."""

import numpy as np
from scipy import linalg


def frechet_distance(real: np.ndarray, generated: np.ndarray) -> float:
    """The distance between two sets of features, ``(n, d)`` and ``(m, d)``; 0 if alike."""
    return frechet_distance_of_statistics(*statistics(real), *statistics(generated))


def statistics(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean ``(d,)`` and unbiased covariance ``(d, d)`` of features ``(n, d)``, in float64."""
    features = np.asarray(features, dtype=np.float64)
    return features.mean(axis=0), np.cov(features, rowvar=False).reshape(features.shape[1], -1)


def frechet_distance_of_statistics(
    mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray
) -> float:
    """|mu_a - mu_b|^2 + tr(A + B - 2 (A B)^1/2), equation 6.

    With A = R^T R, the eigenvalues of A B are those of the symmetric R B R^T, so that no square
    root of a matrix is taken and none comes out complex.

    Args:
        mean_a, mean_b: ``(d,)``.
        covariance_a, covariance_b: ``(d, d)``, symmetric and positive semi-definite.
    """
    values, vectors = linalg.eigh(covariance_a)
    root = np.sqrt(np.clip(values, 0, None))[:, None] * vectors.T
    eigenvalues = linalg.eigvalsh(root @ covariance_b @ root.T)
    shared = np.sqrt(np.clip(eigenvalues, 0, None)).sum()
    difference = mean_a - mean_b
    distance = (
        difference @ difference + np.trace(covariance_a) + np.trace(covariance_b) - 2 * shared
    )
    return max(float(distance), 0.0)
