"""Jensen-Shannon divergence of histograms: Lin 1991, IEEE Transactions on Information Theory 37(1).

Of the distributions themselves, it is what the generator of a GAN descends against an optimal
discriminator: Goodfellow et al. 2014, arXiv:1406.2661, theorem 1.
"""

from collections.abc import Sequence

import numpy as np

from benchmark.metrics.arrays import float64, pair


def jensen_shannon(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    bounds: Sequence[tuple[float, float]],
    bins: int,
) -> float:
    """JS of the two histograms over one grid, in nats.

    A point outside the bounds is not dropped: all of those share one bin more, so the bounds should
    hold the real points. Draws of one and the same distribution are not at 0, the less so the
    fewer points there are to a bin, so hold it against what real points score.

    Args:
        real: ``(n, d)``, d at most 3.
        generated: ``(m, d)``.
        bounds: lowest and highest value of each of the d coordinates, both inside.
        bins: along each coordinate.

    Returns:
        0 where the histograms are equal, log 2 where no bin has points of both.

    Raises:
        ValueError: the sets differ in width, or have more than 3 dimensions; the bounds are not of
            as many, or one is empty; there are no bins.
    """
    real, generated = (float64(points) for points in pair(real, generated))
    d = real.shape[1]
    if d > 3:
        raise ValueError(f"a histogram of {d} dimensions would have next to nothing in each bin")
    if len(bounds) != d:
        raise ValueError(f"{len(bounds)} bounds, where points have {d} coordinates")
    for low, high in bounds:
        if not low < high:
            raise ValueError(f"no value lies between the bounds {low} and {high}")
    if bins < 1:
        raise ValueError(f"{bins} bins hold nothing")
    # only the bins that have points are kept: a fine grid has far more than these
    places = [_places(points, bounds=bounds, bins=bins) for points in (real, generated)]
    taken, ranks = np.unique(np.concatenate(places), return_inverse=True)
    p, q = (
        np.bincount(own, minlength=len(taken)) / len(own) for own in np.split(ranks, [len(real)])
    )
    mean = (p + q) / 2
    return max((_divergence(p, mean) + _divergence(q, mean)) / 2, 0.0)


def _places(points: np.ndarray, *, bounds: Sequence[tuple[float, float]], bins: int) -> np.ndarray:
    """The number of the bin of each point, int64 ``(n,)``; ``bins^d`` for those outside."""
    low, high = np.array(bounds, dtype=np.float64).T
    inside = ((points >= low) & (points <= high)).all(axis=1)
    steps = np.floor((points[inside] - low) / (high - low) * bins).astype(np.int64)
    steps = np.minimum(steps, bins - 1)  # the highest value belongs to the last bin
    places = np.full(len(points), bins ** points.shape[1], dtype=np.int64)
    places[inside] = np.ravel_multi_index(tuple(steps.T), (bins,) * points.shape[1])
    return places


def _divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p || q) of histograms, in nats; q has something wherever p has."""
    there = p > 0
    return float((p[there] * np.log(p[there] / q[there])).sum())
