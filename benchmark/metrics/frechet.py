"""Frechet distance between Gaussians fitted to features (FID), and the moments it needs."""

from typing import Any

import numpy as np
import torch
from scipy import linalg
from scipy.linalg import blas, lapack

from benchmark.metrics.arrays import Features, check_features, to_float64

CHUNK = 4096  # rows held in double precision at a time
EPSILON = np.finfo(np.float64).eps
TOLERANCE = 1e-11  # of the sum of square roots, relative
BLOCK = 256  # columns of a triangle that are processed together
ROUNDING = 100  # units in the last place: a generous error bound of sums over a handful of features


def frechet_distance(real: Features, generated: Features) -> float:
    """Compute the Frechet distance between Gaussians fitted to two sets of features.

    With features of Inception this is FID.

    Args:
        real: features of real samples, ``(n, d)``, n at least 2.
        generated: features of generated samples, ``(m, d)``, m at least 2.

    Returns:
        0 or more, in squared units of the features; 0 if means and covariances are equal.

    Raises:
        ValueError: a set has fewer than two samples, a number is not finite, or the numbers of
            features differ.

    Source:
        Heusel et al. 2017, arXiv:1706.08500, equation 6.
    """
    return frechet_distance_from_moments(*feature_moments(real), *feature_moments(generated))


def feature_moments(features: Features) -> tuple[np.ndarray, np.ndarray]:
    """Compute mean and unbiased covariance of features, in float64.

    Args:
        features: ``(n, d)``, n at least 2.

    Returns:
        Mean ``(d,)`` in units of the features, and covariance ``(d, d)`` in squared units.

    Raises:
        ValueError: there are fewer than two samples, or the shape is not ``(n, d)``.

    Source:
        Batches are merged as in Chan, Golub and LeVeque 1983, The American Statistician 37(3).
    """
    features = check_features(features, min_samples=2)
    moments = RunningMoments()
    for start in range(0, len(features), CHUNK):
        moments.update(features[start : start + CHUNK])
    return moments.mean, moments.covariance


class RunningMoments:
    """Mean and covariance of features that come in batches ``(b, d)``.

    The sums stay on the device of the features, in float64. Batches are merged by the deviations
    from their means, so that a large mean costs no digits.

    Attributes:
        count: number of samples so far.
        mean: ``(d,)``, in units of the features.
        covariance: unbiased, ``(d, d)``, in squared units of the features.

    Raises:
        ValueError: a batch is not of shape ``(b, d)``, or the covariance is read with fewer than
            two samples.

    Source:
        Chan, Golub and LeVeque 1983, The American Statistician 37(3).
    """

    def __init__(self) -> None:
        self.count = 0
        self._mean: Any = 0.0
        self._scatter: Any = 0.0

    def update(self, features: Features) -> None:
        """Add a batch ``(b, d)`` of any type of number."""
        batch = to_float64(check_features(features))
        mean = batch.mean(0)
        deviations = batch - mean
        shift = mean - self._mean
        total = self.count + len(batch)
        # numpy computes the product of a matrix with its transpose at half the cost
        scatter = deviations.T @ deviations
        scatter += shift[:, None] * (shift * (self.count * len(batch) / total))
        self._scatter = scatter + self._scatter
        self._mean = self._mean + shift * (len(batch) / total)
        self.count = total

    @property
    def mean(self) -> np.ndarray:
        """Mean ``(d,)``."""
        return _to_numpy(self._mean)

    @property
    def covariance(self) -> np.ndarray:
        """Unbiased covariance ``(d, d)``.

        Raises:
            ValueError: there are fewer than two samples.
        """
        if self.count < 2:
            raise ValueError(f"covariance: expected at least 2 samples, got {self.count}")
        return _to_numpy(self._scatter / (self.count - 1))


def _to_numpy(values: Any) -> np.ndarray:
    return values.cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def frechet_distance_from_moments(
    mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray
) -> float:
    """Compute the Frechet distance of two Gaussians from their means and covariances.

    It is |mu_a - mu_b|^2 + tr(A + B - 2 (A B)^1/2).

    Args:
        mean_a: mean of the first Gaussian, ``(d,)``.
        covariance_a: its covariance, ``(d, d)``, symmetric and positive semi-definite.
        mean_b: mean of the second Gaussian, ``(d,)``.
        covariance_b: its covariance, ``(d, d)``.

    Returns:
        0 or more, in squared units of the features.

    Raises:
        ValueError: shapes that do not fit, numbers that are not finite, a negative variance.

    Source:
        Dowson and Landau 1982, doi:10.1016/0047-259X(82)90077-X; Heusel et al. 2017,
        arXiv:1706.08500, equation 6.
    """
    mean_a, covariance_a, mean_b, covariance_b = (
        np.asarray(array, dtype=np.float64)
        for array in (mean_a, covariance_a, mean_b, covariance_b)
    )
    d = len(mean_a)
    for name, array, shape in (
        ("mean", mean_a, (d,)),
        ("mean", mean_b, (d,)),
        ("covariance", covariance_a, (d, d)),
        ("covariance", covariance_b, (d, d)),
    ):
        if array.shape != shape:
            raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")
        if name == "covariance" and (np.diag(array) < 0).any():
            feature = int((np.diag(array) < 0).argmax())
            raise ValueError(
                f"covariance: expected variances of 0 or more, got {array[feature, feature]:g} for"
                f" feature {feature}"
            )
    covariance_a = _clear_constant_features(mean_a, covariance_a)
    covariance_b = _clear_constant_features(mean_b, covariance_b)
    difference = mean_a - mean_b
    if np.array_equal(covariance_a, covariance_b):
        return float(difference @ difference)
    traces = np.trace(covariance_a) + np.trace(covariance_b)
    shared = _trace_of_root_of_product(covariance_a, covariance_b)
    return max(float(difference @ difference + traces - 2 * shared), 0.0)


def _clear_constant_features(mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Set to 0 the variance that rounding of the mean leaves to constant features."""
    variances = np.diag(covariance)
    is_constant = (variances > 0) & (variances <= (8 * EPSILON * mean) ** 2)
    if not is_constant.any():
        return covariance
    covariance = covariance.copy()
    covariance[is_constant], covariance[:, is_constant] = 0, 0
    return covariance


def _trace_of_root_of_product(a: np.ndarray, b: np.ndarray) -> float:
    """Compute tr (A B)^1/2, the sum of the roots of the eigenvalues of F^T B F, where A = F F^T.

    Roots of small eigenvalues lose most digits unless the matrix is graded from large to small; the
    pivots of F grade it. If an estimate of the error says that they did not, or A is of low rank,
    B = G G^T is factored too: the singular values of F^T G are the same roots.
    """
    first, second = _Factor(a), None
    if first.rank == len(a):
        product, scale = first.transform(b)
        total, error, smallest = _sum_of_roots(product, scale)
        if error <= TOLERANCE * total:
            # an eigenvalue of the size of rounding errors may be a direction that B lacks
            if smallest > ROUNDING * EPSILON * scale.max():
                return total
            second = _Factor(b)
            if second.rank == len(b):
                return total
    second = second or _Factor(b)
    if not first.rank or not second.rank:
        return 0.0
    f, g = sorted((first.matrix(), second.matrix()), key=lambda factor: factor.shape[1])
    product = blas.dgemm(1, f, g, trans_a=1)
    square = blas.dsyrk(1, product, lower=1)
    total, error, _ = _sum_of_roots(square, np.diag(square))
    if error <= TOLERANCE * total:
        return total
    return float(linalg.svdvals(product).sum())


def _sum_of_roots(matrix: np.ndarray, scale: np.ndarray) -> tuple[float, float, float]:
    """Sum the square roots of the eigenvalues; return sum, error, smallest eigenvalue.

    Args:
        matrix: ``(r, r)``; only the lower triangle is read.
        scale: ``(r,)``, size of the terms that each element of the diagonal was summed from; their
            rounding changes the eigenvalue of about the same size.
    """
    eigenvalues = linalg.eigvalsh(matrix, lower=True, driver="evr", check_finite=False)[::-1]
    scale = np.sort(scale)[::-1]
    floor = np.maximum(np.maximum(eigenvalues, EPSILON * scale), np.finfo(np.float64).tiny)
    error = EPSILON * (scale / np.sqrt(floor)).sum()
    total = np.sqrt(np.clip(eigenvalues, 0, None)).sum()
    return float(total), float(error), float(eigenvalues[-1])


class _Factor:
    """F ``(d, rank)`` with F F^T a covariance, by pivoted Cholesky (LAPACK pstrf).

    The rank is determined on the correlations, so that features of small variance count as much as
    the others; constant features do not count. Rounding leaves a small pivot for a direction that
    the samples lack, and its square root would count: pivots of that size are set to zero.
    """

    def __init__(self, covariance: np.ndarray) -> None:
        scale = np.sqrt(np.diag(covariance))
        inverse = np.divide(1.0, scale, where=scale > 0, out=np.zeros_like(scale))
        correlation = covariance * inverse
        correlation *= inverse[:, None]
        # the matrix is symmetric: its transpose has the memory order that LAPACK expects
        tolerance = max(len(scale), ROUNDING) * EPSILON / 2
        self.triangle, pivots, rank, _ = lapack.dpstrf(
            correlation.T, lower=1, tol=tolerance, overwrite_a=1
        )
        self.rank = min(int(rank), int((scale > 0).sum()))
        self.order = pivots - 1
        self.scale = scale[self.order]

    def transform(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute F^T B F for a matrix B and a factor of full rank, and the scale of its rounding.

        The scale of element i of the diagonal is the sum of f_ki^2 b_kk over k, which exceeds the
        element where its terms cancel (|b_jk| is at most the root of b_jj b_kk).
        """
        ordered = matrix[np.ix_(self.order, self.order)]
        ordered *= self.scale
        ordered *= self.scale[:, None]
        weights, scale = np.diag(ordered), np.empty(len(ordered))
        for start in range(0, len(scale), BLOCK):  # above the triangle are numbers not of F
            block = slice(start, start + BLOCK)
            columns = np.tril(self.triangle[start:, block])
            scale[block] = weights[start:] @ np.square(columns, out=columns)
        # only the lower triangle of the product, at half the cost of two products
        product, _ = lapack.dsygst(ordered.T, self.triangle, itype=2, lower=1, overwrite_a=1)
        return product, scale

    def matrix(self) -> np.ndarray:
        """Return F ``(d, rank)``."""
        factor = np.empty((self.rank, len(self.order)))
        factor[:, self.order] = np.triu(self.triangle.T[: self.rank]) * self.scale
        return factor.T
