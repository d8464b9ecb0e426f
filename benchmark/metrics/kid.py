"""Kernel Inception Distance (KID): the squared MMD under a cubic kernel."""

from dataclasses import dataclass

import numpy as np

from benchmark.metrics.arrays import check_feature_pair

CHUNK = 1024  # rows, and columns, of the kernel in memory at a time
WIDE = 512  # features from which single precision saves time, and its errors cancel
STRIP = 64  # rows of the kernel that stay in the cache between two operations


def kid(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    subsets: int = 100,
    subset_size: int = 1000,
    seed: int = 2020,
) -> tuple[float, float]:
    """Compute mean and spread of the unbiased squared MMD over random subsets.

    The kernel is that of `polynomial_mmd`. The subsets are those of torch-fidelity with the
    generated samples as its first input: ``RandomState(seed)`` draws, without replacement, from
    ``generated`` and then from ``real``.

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        subsets: number of subsets.
        subset_size: samples of each set in a subset; at least 2.
        seed: of the random subsets.

    Returns:
        Mean and standard deviation (of the population) over the subsets. The mean is 0 in
        expectation if the two distributions are the same, so that it may be below 0.

    Raises:
        ValueError: a subset is larger than a set, or the numbers of features differ.

    Source:
        Binkowski et al. 2018, arXiv:1801.01401.
    """
    real, generated = check_feature_pair(real, generated)
    if subsets < 1 or subset_size < 2:
        raise ValueError(
            "expected at least 1 subset of at least 2 samples, got"
            f" {subsets} subsets of {subset_size}"
        )
    for name, features in (("real", real), ("generated", generated)):
        if len(features) < subset_size:
            raise ValueError(
                f"expected at least {subset_size} {name} samples, one subset, got"
                f" {len(features)}; lower subset_size"
            )
    random = np.random.RandomState(seed)
    draws = []
    for _ in range(subsets):
        generated_index = random.choice(len(generated), subset_size, replace=False)
        draws.append((random.choice(len(real), subset_size, replace=False), generated_index))
    # Subsets of small sets overlap: one kernel of the whole sets, summed over the members of every
    # subset, then costs less than a kernel for each subset.
    d = real.shape[1]
    if (len(real) + len(generated)) ** 2 * (d + subsets) < subsets * (2 * subset_size) ** 2 * d:
        members = [np.zeros((len(x), subsets)) for x in (real, generated)]
        for subset, indices in enumerate(draws):
            for side in range(2):
                members[side][indices[side], subset] = 1
        values = _mmd_of_subsets(*_centre_sets(real, generated, *members), chunk=CHUNK)
    else:
        x, y = _centre_sets(real, generated, *(np.ones((len(x), 1)) for x in (real, generated)))
        values = np.array([_mmd_of_subsets(x.take(i), y.take(j), chunk=CHUNK) for i, j in draws])
    return float(values.mean()), float(values.std())


def polynomial_mmd(real: np.ndarray, generated: np.ndarray, *, chunk: int = CHUNK) -> float:
    """Compute the unbiased squared MMD of whole sets under a cubic kernel.

    The kernel is k(x, y) = (x . y / d + 1)^3.

    Args:
        real: features of real samples, ``(n, d)``, n at least 2.
        generated: features of generated samples, ``(m, d)``, m at least 2.
        chunk: rows, and columns, of the kernel held at a time.

    Returns:
        0 in expectation if the two distributions are the same, so that it may be below 0.

    Raises:
        ValueError: a set has fewer than 2 samples, or the numbers of features differ.

    Source:
        Binkowski et al. 2018, arXiv:1801.01401.
    """
    real, generated = check_feature_pair(real, generated, min_samples=2)
    ones = (np.ones((len(x), 1)) for x in (real, generated))
    return float(_mmd_of_subsets(*_centre_sets(real, generated, *ones), chunk=chunk)[0])


@dataclass(frozen=True)
class _CentredSet:
    """A set, prepared for products with another.

    x . y is (x - c) . (y - c) + (x . c - c . c / 2) + (y . c - c . c / 2). So samples in single
    precision can be multiplied in single precision: its rounding is small compared to the first
    term, and most of it cancels in the sum over all pairs.

    Attributes:
        centred: x - c, ``(n, d)``, in the precision of the products.
        terms: x . c - c . c / 2, ``(n,)``, float64.
        members: whether a sample belongs to a subset, 1 or 0, ``(n, subsets)``.
    """

    centred: np.ndarray
    terms: np.ndarray
    members: np.ndarray

    def take(self, index: np.ndarray) -> "_CentredSet":
        """Select samples."""
        return _CentredSet(self.centred[index], self.terms[index], self.members[index])

    def parts(self, chunk: int) -> list[slice]:
        """List slices of at most ``chunk`` samples."""
        return [slice(start, start + chunk) for start in range(0, len(self.terms), chunk)]


def _centre_sets(
    real: np.ndarray,
    generated: np.ndarray,
    real_members: np.ndarray,
    generated_members: np.ndarray,
) -> tuple[_CentredSet, _CentredSet]:
    """Centre both sets at the mean of the real one."""
    centre = real.mean(axis=0, dtype=np.float64)
    is_single = real.dtype == generated.dtype == np.float32 and real.shape[1] >= WIDE
    sets = []
    for features, members in ((real, real_members), (generated, generated_members)):
        centred = np.empty(features.shape, dtype=np.float32 if is_single else np.float64)
        terms = np.empty(len(features))
        for start in range(0, len(features), CHUNK):
            part = slice(start, start + CHUNK)
            centred[part] = features[part] - centre
            terms[part] = features[part] @ centre - centre @ centre / 2
        sets.append(_CentredSet(centred, terms, members))
    return sets[0], sets[1]


def _mmd_of_subsets(x: _CentredSet, y: _CentredSet, *, chunk: int) -> np.ndarray:
    """Compute the squared MMD of each subset, ``(subsets,)``."""
    n, m = x.members.sum(axis=0), y.members.sum(axis=0)
    return (
        _sum_within(x, chunk=chunk) / (n * (n - 1))
        + _sum_within(y, chunk=chunk) / (m * (m - 1))
        - 2 * _sum_across(x, y, chunk=chunk) / (n * m)
    )


def _sum_within(features: _CentredSet, *, chunk: int) -> np.ndarray:
    """Sum the kernel over the ordered pairs of different samples, for each subset."""
    total = np.zeros(features.members.shape[1])
    parts = features.parts(chunk)
    for index, rows in enumerate(parts):
        kernel = _cubic_kernel(features, rows, features, rows)
        np.fill_diagonal(kernel, 0)
        total += _sum_members(kernel, features.members[rows], features.members[rows])
        for columns in parts[index + 1 :]:
            kernel = _cubic_kernel(features, rows, features, columns)
            total += 2 * _sum_members(kernel, features.members[rows], features.members[columns])
    return total


def _sum_across(first: _CentredSet, second: _CentredSet, *, chunk: int) -> np.ndarray:
    """Sum the kernel over the pairs of one sample of each set, for each subset."""
    total = np.zeros(first.members.shape[1])
    for rows in first.parts(chunk):
        for columns in second.parts(chunk):
            kernel = _cubic_kernel(first, rows, second, columns)
            total += _sum_members(kernel, first.members[rows], second.members[columns])
    return total


def _cubic_kernel(
    first: _CentredSet, rows: slice, second: _CentredSet, columns: slice
) -> np.ndarray:
    """Compute (x . y / d + 1)^3 of parts of two sets, ``(rows, columns)``, float64."""
    x, y = first.centred[rows], second.centred[columns]
    # NumPy computes one triangle, at half the cost, if the rows are the columns
    products = x @ (x if first is second and rows == columns else y).T
    kernel = products if products.dtype == np.float64 else np.empty(products.shape)
    row_terms, column_terms = first.terms[rows, None], second.terms[columns]
    for start in range(0, len(kernel), STRIP):
        part = slice(start, start + STRIP)
        strip = np.add(products[part], column_terms, out=kernel[part])
        strip += row_terms[part]
        strip *= 1 / x.shape[1]
        strip += 1
        strip *= strip * strip  # far faster than a power
    return kernel


def _sum_members(
    kernel: np.ndarray, row_members: np.ndarray, column_members: np.ndarray
) -> np.ndarray:
    """Sum the kernel over the members of each subset, ``(subsets,)``."""
    return np.einsum("is,is->s", row_members, kernel @ column_members)
