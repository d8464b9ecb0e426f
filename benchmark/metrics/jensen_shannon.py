"""Jensen-Shannon divergence between histograms of points."""

from collections.abc import Sequence

import numpy as np

from benchmark.metrics.arrays import check_feature_pair, to_float64


def jensen_shannon_divergence(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    bounds: Sequence[tuple[float, float]],
    bins: int,
) -> float:
    """Compute the Jensen-Shannon divergence of two histograms over one grid.

    Points outside the bounds share one additional bin, so the bounds should hold the real points.
    Two draws of one distribution are not at 0, and farther from it the fewer points a bin has:
    compare with the score of real points.

    Args:
        real: ``(n, d)``, d at most 3.
        generated: ``(m, d)``.
        bounds: lowest and highest value of each of the d coordinates, both inside.
        bins: number of bins along each coordinate.

    Returns:
        0 to log 2, in nats: 0 if the histograms are equal, log 2 if no bin has points of both.

    Raises:
        ValueError: the sets differ in width or have more than 3 dimensions, there are not d
            bounds, a bound is empty, or there are no bins.

    Source:
        Lin 1991, IEEE Transactions on Information Theory 37(1). The divergence of the distributions
        is what the generator of a GAN descends against an optimal discriminator: Goodfellow et al.
        2014, arXiv:1406.2661, theorem 1.
    """
    real, generated = (to_float64(points) for points in check_feature_pair(real, generated))
    d = real.shape[1]
    if d > 3:
        raise ValueError(f"expected at most 3 dimensions for a histogram, got {d}")
    if len(bounds) != d:
        raise ValueError(f"expected {d} bounds, one a coordinate, got {len(bounds)}")
    for low, high in bounds:
        if not low < high:
            raise ValueError(f"expected bounds (low, high) with low < high, got ({low}, {high})")
    if bins < 1:
        raise ValueError(f"expected at least 1 bin, got {bins}")
    # only bins with points are kept: a fine grid has far more bins than points
    bin_numbers = [_bin_numbers(points, bounds=bounds, bins=bins) for points in (real, generated)]
    filled, ranks = np.unique(np.concatenate(bin_numbers), return_inverse=True)
    p, q = (
        np.bincount(set_ranks, minlength=len(filled)) / len(set_ranks)
        for set_ranks in np.split(ranks, [len(real)])
    )
    mean = (p + q) / 2
    return max((_kl_divergence(p, mean) + _kl_divergence(q, mean)) / 2, 0.0)


def _bin_numbers(
    points: np.ndarray, *, bounds: Sequence[tuple[float, float]], bins: int
) -> np.ndarray:
    """Number the bin of each point, int64 ``(n,)``; points outside have ``bins^d``."""
    low, high = np.array(bounds, dtype=np.float64).T
    is_inside = ((points >= low) & (points <= high)).all(axis=1)
    steps = np.floor((points[is_inside] - low) / (high - low) * bins).astype(np.int64)
    steps = np.minimum(steps, bins - 1)  # the highest value belongs to the last bin
    numbers = np.full(len(points), bins ** points.shape[1], dtype=np.int64)
    numbers[is_inside] = np.ravel_multi_index(tuple(steps.T), (bins,) * points.shape[1])
    return numbers


def _kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Compute KL(p || q) of histograms, in nats; q is above 0 wherever p is."""
    positive = p > 0
    return float((p[positive] * np.log(p[positive] / q[positive])).sum())
