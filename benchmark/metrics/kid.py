"""Kernel Inception Distance (KID): Binkowski et al. 2018, arXiv:1801.01401."""

from dataclasses import dataclass

import numpy as np

from benchmark.metrics.arrays import pair

CHUNK = 1024  # rows, and columns, of the kernel held at a time
WIDE = 512  # features from which on single precision saves time, and its errors cancel
STRIP = 64  # rows of the kernel that stay in the cache between one operation and the next


def kid(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    subsets: int = 100,
    subset_size: int = 1000,
    seed: int = 2020,
) -> tuple[float, float]:
    """Mean and spread of the unbiased polynomial MMD over random subsets.

    The subsets are those of torch-fidelity with the generated samples as its first input:
    ``RandomState(seed)`` draws, without replacement, from ``generated`` and then from ``real``.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        subsets: number of subsets.
        subset_size: samples in each, of either kind; at least 2.
        seed: of the draws.

    Returns:
        Mean and standard deviation (of the population) over the subsets. The mean is 0 in
        expectation where the two distributions are the same, so that it may be below 0.

    Raises:
        ValueError: a subset is larger than a set, or the sets differ in width.
    """
    real, generated = pair(real, generated)
    if subsets < 1 or subset_size < 2:
        raise ValueError(f"{subsets} subsets of {subset_size} samples have no unbiased estimate")
    for name, features in (("real", real), ("generated", generated)):
        if len(features) < subset_size:
            raise ValueError(f"{len(features)} {name} samples hold no subset of {subset_size}")
    random = np.random.RandomState(seed)
    draws = []
    for _ in range(subsets):
        of_generated = random.choice(len(generated), subset_size, replace=False)
        draws.append((random.choice(len(real), subset_size, replace=False), of_generated))
    # Subsets of small sets overlap, so that one kernel of the whole sets, summed over the members
    # of every subset, costs less than a kernel for each subset.
    d = real.shape[1]
    if (len(real) + len(generated)) ** 2 * (d + subsets) < subsets * (2 * subset_size) ** 2 * d:
        members = [np.zeros((len(x), subsets)) for x in (real, generated)]
        for subset, drawn in enumerate(draws):
            for side in range(2):
                members[side][drawn[side], subset] = 1
        values = _mmds(*_sides(real, generated, *members), chunk=CHUNK)
    else:
        x, y = _sides(real, generated, *(np.ones((len(x), 1)) for x in (real, generated)))
        values = np.array([_mmds(x.take(i), y.take(j), chunk=CHUNK) for i, j in draws])
    return float(values.mean()), float(values.std())


def polynomial_mmd(real: np.ndarray, generated: np.ndarray, *, chunk: int = CHUNK) -> float:
    """Unbiased squared MMD of whole sets under k(x, y) = (x . y / d + 1)^3.

    Args:
        real: features of real samples, ``(n, d)``, n at least 2.
        generated: features of generated samples, ``(m, d)``, m at least 2.
        chunk: rows, and columns, of the kernel held at a time.

    Returns:
        0 in expectation where the two distributions are the same, so that it may be below 0.

    Raises:
        ValueError: a set has fewer than 2 members, or the sets differ in width.
    """
    real, generated = pair(real, generated, least=2)
    ones = (np.ones((len(x), 1)) for x in (real, generated))
    return float(_mmds(*_sides(real, generated, *ones), chunk=chunk)[0])


@dataclass(frozen=True)
class _Side:
    """A set, ready for products with another.

    x . y is (x - c) . (y - c) + (x . c - c . c / 2) + (y . c - c . c / 2). So samples in single
    precision can be multiplied in single precision: what it rounds off is small beside the first
    term, and most of it cancels in the sum over all pairs.

    Attributes:
        centred: x - c, ``(n, d)``, in the samples' own precision.
        terms: x . c - c . c / 2, ``(n,)``, float64.
        members: whether a sample belongs to a subset, 1 or 0, ``(n, subsets)``.
    """

    centred: np.ndarray
    terms: np.ndarray
    members: np.ndarray

    def take(self, which: np.ndarray) -> "_Side":
        return _Side(self.centred[which], self.terms[which], self.members[which])

    def parts(self, chunk: int) -> list[slice]:
        return [slice(start, start + chunk) for start in range(0, len(self.terms), chunk)]


def _sides(
    real: np.ndarray,
    generated: np.ndarray,
    real_members: np.ndarray,
    generated_members: np.ndarray,
) -> tuple[_Side, _Side]:
    """Both sets, centred at the mean of the real one."""
    centre = real.mean(axis=0, dtype=np.float64)
    single = real.dtype == generated.dtype == np.float32 and real.shape[1] >= WIDE
    sides = []
    for features, members in ((real, real_members), (generated, generated_members)):
        centred = np.empty(features.shape, dtype=np.float32 if single else np.float64)
        terms = np.empty(len(features))
        for start in range(0, len(features), CHUNK):
            some = slice(start, start + CHUNK)
            centred[some] = features[some] - centre
            terms[some] = features[some] @ centre - centre @ centre / 2
        sides.append(_Side(centred, terms, members))
    return sides[0], sides[1]


def _mmds(x: _Side, y: _Side, *, chunk: int) -> np.ndarray:
    """Squared MMD of each subset, ``(subsets,)``."""
    n, m = x.members.sum(axis=0), y.members.sum(axis=0)
    return (
        _sum_within(x, chunk=chunk) / (n * (n - 1))
        + _sum_within(y, chunk=chunk) / (m * (m - 1))
        - 2 * _sum_across(x, y, chunk=chunk) / (n * m)
    )


def _sum_within(side: _Side, *, chunk: int) -> np.ndarray:
    """Sum of the kernel over the ordered pairs of different samples, for each subset."""
    total = np.zeros(side.members.shape[1])
    parts = side.parts(chunk)
    for index, rows in enumerate(parts):
        kernel = _kernel(side, rows, side, rows)
        np.fill_diagonal(kernel, 0)
        total += _sum(kernel, side.members[rows], side.members[rows])
        for columns in parts[index + 1 :]:
            kernel = _kernel(side, rows, side, columns)
            total += 2 * _sum(kernel, side.members[rows], side.members[columns])
    return total


def _sum_across(first: _Side, second: _Side, *, chunk: int) -> np.ndarray:
    """Sum of the kernel over the pairs of one sample of each set, for each subset."""
    total = np.zeros(first.members.shape[1])
    for rows in first.parts(chunk):
        for columns in second.parts(chunk):
            kernel = _kernel(first, rows, second, columns)
            total += _sum(kernel, first.members[rows], second.members[columns])
    return total


def _kernel(first: _Side, rows: slice, second: _Side, columns: slice) -> np.ndarray:
    x, y = first.centred[rows], second.centred[columns]
    # NumPy computes one triangle, at half the cost, where the rows are the columns
    products = x @ (x if first is second and rows == columns else y).T
    kernel = products if products.dtype == np.float64 else np.empty(products.shape)
    row_terms, column_terms = first.terms[rows, None], second.terms[columns]
    for start in range(0, len(kernel), STRIP):
        some = slice(start, start + STRIP)
        strip = np.add(products[some], column_terms, out=kernel[some])
        strip += row_terms[some]
        strip *= 1 / x.shape[1]
        strip += 1
        strip *= strip * strip  # far faster than a power
    return kernel


def _sum(kernel: np.ndarray, row_members: np.ndarray, column_members: np.ndarray) -> np.ndarray:
    """Sum of the kernel over the members of each subset, ``(subsets,)``."""
    return np.einsum("is,is->s", row_members, kernel @ column_members)
