"""Frechet distance of Gaussians fitted to features (FID): Heusel et al. 2017, arXiv:1706.08500."""

from typing import Any

import numpy as np
import torch
from scipy import linalg
from scipy.linalg import blas, lapack

from benchmark.metrics.arrays import float64, rows

CHUNK = 4096  # rows that are held in double precision at a time
EPSILON = np.finfo(np.float64).eps
TOLERANCE = 1e-11  # of the sum of square roots, relative
BLOCK = 256  # columns of a triangle that are looked at together
ROUNDING = 100  # units in the last place by which sums of few features are off, generously


def frechet_distance(real: Any, generated: Any) -> float:
    """The distance between two sets of features, ``(n, d)`` and ``(m, d)``; 0 if alike.

    Raises:
        ValueError: a set has fewer than two samples, or numbers that are not finite.
    """
    return frechet_distance_of_statistics(*statistics(real), *statistics(generated))


def statistics(features: Any) -> tuple[np.ndarray, np.ndarray]:
    """Mean ``(d,)`` and unbiased covariance ``(d, d)`` of features ``(n, d)``, in float64."""
    features = rows(features, least=2)
    moments = Moments()
    for start in range(0, len(features), CHUNK):
        moments.update(features[start : start + CHUNK])
    return moments.mean, moments.covariance


class Moments:
    """Mean and covariance of features that come in batches, on the device where they are.

    Batches are merged by the deviations from their own means (Chan, Golub and LeVeque 1983), so
    that a large mean costs no digits.
    """

    def __init__(self) -> None:
        self.count = 0
        self._mean: Any = 0.0
        self._scatter: Any = 0.0

    def update(self, features: Any) -> None:
        """Add a batch ``(b, d)``; arrays or tensors, of any type of number."""
        batch = float64(rows(features))
        mean = batch.mean(0)
        deviations = batch - mean
        shift = mean - self._mean
        total = self.count + len(batch)
        # numpy takes the product of a matrix with its own transpose at half the price
        scatter = deviations.T @ deviations
        scatter += shift[:, None] * (shift * (self.count * len(batch) / total))
        self._scatter = scatter + self._scatter
        self._mean = self._mean + shift * (len(batch) / total)
        self.count = total

    @property
    def mean(self) -> np.ndarray:
        """``(d,)``."""
        return _numpy(self._mean)

    @property
    def covariance(self) -> np.ndarray:
        """Unbiased, ``(d, d)``.

        Raises:
            ValueError: fewer than two samples came.
        """
        if self.count < 2:
            raise ValueError(f"{self.count} samples have no covariance; at least 2 are wanted")
        return _numpy(self._scatter / (self.count - 1))


def _numpy(values: Any) -> np.ndarray:
    return values.cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def frechet_distance_of_statistics(
    mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray
) -> float:
    """|mu_a - mu_b|^2 + tr(A + B - 2 (A B)^1/2), equation 6.

    Args:
        mean_a, mean_b: ``(d,)``.
        covariance_a, covariance_b: ``(d, d)``, symmetric and positive semi-definite.

    Raises:
        ValueError: shapes that do not fit, numbers that are not finite, a negative variance.
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
            raise ValueError(f"{name} of shape {array.shape}, where {shape} is wanted")
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: numbers that are not finite")
        if name == "covariance" and (np.diag(array) < 0).any():
            feature = int((np.diag(array) < 0).argmax())
            raise ValueError(f"covariance: the variance of feature {feature} is negative")
    covariance_a, covariance_b = _varied(mean_a, covariance_a), _varied(mean_b, covariance_b)
    difference = mean_a - mean_b
    if np.array_equal(covariance_a, covariance_b):
        return float(difference @ difference)
    traces = np.trace(covariance_a) + np.trace(covariance_b)
    shared = _trace_of_root_of_product(covariance_a, covariance_b)
    return max(float(difference @ difference + traces - 2 * shared), 0.0)


def _varied(mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """A covariance without what is left of constant features when their mean is rounded."""
    variances = np.diag(covariance)
    constant = (variances > 0) & (variances <= (8 * EPSILON * mean) ** 2)
    if not constant.any():
        return covariance
    covariance = covariance.copy()
    covariance[constant], covariance[:, constant] = 0, 0
    return covariance


def _trace_of_root_of_product(a: np.ndarray, b: np.ndarray) -> float:
    """tr (A B)^1/2, the sum of the roots of the eigenvalues of F^T B F, where A = F F^T.

    Roots of small eigenvalues have few digits left, except where a matrix is graded from large to
    small, which the pivots of F see to. Where an estimate of the error says that they did not, or A
    is of low rank, B = G G^T is factored too: the singular values of F^T G are the same roots.
    """
    first, second = _Factor(a), None
    if first.rank == len(a):
        product, scale = first.congruent(b)
        total, error, least = _sum_of_roots(product, scale)
        if error <= TOLERANCE * total:
            # one as small as roundings are may be a direction that B does not have
            if least > ROUNDING * EPSILON * scale.max():
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
    """Sum of the square roots of the eigenvalues, an estimate of its error, the least eigenvalue.

    Args:
        matrix: ``(r, r)``, of which only the lower triangle is looked at.
        scale: ``(r,)``, of what each element of the diagonal was summed from; its rounding hits
            the eigenvalue of about the same size.
    """
    eigenvalues = linalg.eigvalsh(matrix, lower=True, driver="evr", check_finite=False)[::-1]
    scale = np.sort(scale)[::-1]
    least = np.maximum(np.maximum(eigenvalues, EPSILON * scale), np.finfo(np.float64).tiny)
    error = EPSILON * (scale / np.sqrt(least)).sum()
    total = np.sqrt(np.clip(eigenvalues, 0, None)).sum()
    return float(total), float(error), float(eigenvalues[-1])


class _Factor:
    """F ``(d, rank)`` with F F^T a covariance, by Cholesky's method with pivots (LAPACK pstrf).

    The rank is found on the correlations, so that features of small variance count as much as the
    others; one that is constant counts for nothing. What rounding leaves of a direction that the
    samples do not have would count by its square root: pivots of that size are taken for zero.
    """

    def __init__(self, covariance: np.ndarray) -> None:
        scale = np.sqrt(np.diag(covariance))
        inverse = np.divide(1.0, scale, where=scale > 0, out=np.zeros_like(scale))
        correlation = covariance * inverse
        correlation *= inverse[:, None]
        # symmetric, so that its transpose is the same in the order that LAPACK wants
        least = max(len(scale), ROUNDING) * EPSILON / 2
        self.triangle, pivots, rank, _ = lapack.dpstrf(
            correlation.T, lower=1, tol=least, overwrite_a=1
        )
        self.rank = min(int(rank), int((scale > 0).sum()))
        self.order = pivots - 1
        self.scale = scale[self.order]

    def congruent(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """F^T B F for a matrix B, of a factor of full rank, and the scale of its rounding.

        That is the sum of f_ki^2 b_kk over k for element i of the diagonal, more than the element
        itself where its terms cancel (|b_jk| is at most the root of b_jj b_kk).
        """
        ordered = matrix[np.ix_(self.order, self.order)]
        ordered *= self.scale
        ordered *= self.scale[:, None]
        weights, scale = np.diag(ordered), np.empty(len(ordered))
        for start in range(0, len(scale), BLOCK):  # below the triangle lies what is not F's
            block = slice(start, start + BLOCK)
            columns = np.tril(self.triangle[start:, block])
            scale[block] = weights[start:] @ np.square(columns, out=columns)
        # the lower triangle of the product alone, at half the price of two products
        product, _ = lapack.dsygst(ordered.T, self.triangle, itype=2, lower=1, overwrite_a=1)
        return product, scale

    def matrix(self) -> np.ndarray:
        """F itself."""
        factor = np.empty((self.rank, len(self.order)))
        factor[:, self.order] = np.triu(self.triangle.T[: self.rank]) * self.scale
        return factor.T
