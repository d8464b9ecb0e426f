"""Maximum mean discrepancy (MMD) under a Gaussian kernel, also known as CMMD."""

import numpy as np

from benchmark.metrics.arrays import check_feature_pair, to_float64

EQUAL = 1e-6  # a distance, as a share of the largest norm, that errors of float32 can cause
CHUNK = 1024  # rows, and columns, of the kernel held at a time


def mmd(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    bandwidth: float | None = None,
    chunk: int = CHUNK,
) -> float:
    """Compute the unbiased squared MMD of two sets under a Gaussian kernel.

    The kernel is k(x, y) = exp(-|x - y|^2 / (2 bandwidth^2)).

    Args:
        real: features of real samples, ``(n, d)``, n at least 2.
        generated: features of generated samples, ``(m, d)``, m at least 2.
        bandwidth: in units of the features, above 0; None is the median distance of real samples.
        chunk: rows, and columns, of the kernel held at a time.

    Returns:
        At most 2. It is 0 in expectation if the two distributions are the same, so that it may be
        below 0.

    Raises:
        ValueError: a set has fewer than 2 samples, the numbers of features differ, or the
            bandwidth is not above 0.

    Source:
        Gretton et al. 2012, JMLR 13(25); for images Jayasumana et al. 2024 (CMMD),
        arXiv:2401.09603, who take features of CLIP and a bandwidth of 10. Their code reports 1000
        times the estimate that includes the diagonals; here diagonals are left out, as in their
        equation, and nothing is scaled.
    """
    real, generated = (
        to_float64(features) for features in check_feature_pair(real, generated, min_samples=2)
    )
    bandwidth = median_distance(real) if bandwidth is None else bandwidth
    if not bandwidth > 0:
        raise ValueError(f"expected a bandwidth above 0, got {bandwidth}")
    n, m = len(real), len(generated)
    real, generated = real / bandwidth, generated / bandwidth
    return float(
        _sum_within(real, chunk=chunk) / (n * (n - 1))
        + _sum_within(generated, chunk=chunk) / (m * (m - 1))
        - 2 * _sum_across(real, generated, chunk=chunk) / (n * m)
    )


def median_distance(features: np.ndarray, *, max_samples: int = 2000) -> float:
    """Compute the median distance between two samples, a bandwidth for `mmd`.

    If most samples are equal, up to errors of rounding, it is the median distance of those that
    differ.

    Args:
        features: ``(n, d)``, n at least 2.
        max_samples: evenly spaced rows that are taken if there are more; at least 2.

    Returns:
        More than 0, in units of the features.

    Raises:
        ValueError: there are fewer than 2 rows to take, or all rows are equal.

    Source:
        Gretton et al. 2012, JMLR 13(25): the median heuristic.
    """
    features = np.asarray(features)
    count = min(len(features), max_samples)
    if count < 2:
        raise ValueError(f"median distance: expected at least 2 samples, got {count}")
    features = features[np.arange(count) * len(features) // count].astype(np.float64)
    smallest = EQUAL * np.linalg.norm(features, axis=1).max()
    features = features - features.mean(axis=0)
    squares = _squared_distances(features, features)[np.triu_indices(count, 1)]
    median = np.median(squares)
    if not median > smallest**2:
        squares = squares[squares > smallest**2]
        if not len(squares):
            raise ValueError(
                "expected real samples that differ by more than errors of rounding, got equal ones;"
                " add others"
            )
        median = np.median(squares)
    return float(np.sqrt(median))


def _sum_within(features: np.ndarray, *, chunk: int) -> float:
    """Sum the kernel of bandwidth 1 over the ordered pairs of different rows."""
    features = features - features.mean(axis=0)
    total = 0.0
    for start in range(0, len(features), chunk):
        stop = start + chunk
        rows = features[start:stop]
        kernel = _gaussian_kernel(rows, rows)
        np.fill_diagonal(kernel, 0)  # a row is no pair with itself
        total += kernel.sum()
        for column in range(stop, len(features), chunk):
            total += 2 * _gaussian_kernel(rows, features[column : column + chunk]).sum()
    return total


def _sum_across(first: np.ndarray, second: np.ndarray, *, chunk: int) -> float:
    """Sum the kernel of bandwidth 1 over the pairs of one row of each set."""
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    first, second = first - centre, second - centre
    return sum(
        float(_gaussian_kernel(first[row : row + chunk], second[column : column + chunk]).sum())
        for row in range(0, len(first), chunk)
        for column in range(0, len(second), chunk)
    )


def _gaussian_kernel(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Compute exp(-|x - y|^2 / 2) of all pairs, ``(rows, columns)``."""
    exponents = _squared_distances(rows, columns)
    exponents *= -0.5
    return np.exp(exponents, out=exponents)


def _squared_distances(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Compute |x|^2 + |y|^2 - 2 x . y; rows near the origin lose the fewest digits."""
    squares = rows @ columns.T
    squares *= -2
    squares += np.einsum("nd,nd->n", rows, rows)[:, None]
    squares += np.einsum("nd,nd->n", columns, columns)
    return np.maximum(squares, 0, out=squares)
