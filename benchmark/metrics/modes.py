"""Modes of a mixture of Gaussians: which are drawn, how cleanly and how evenly.

Modes covered and high-quality samples: VEEGAN, Srivastava et al. 2017, arXiv:1705.07761.
Divergence of the histogram of modes: PacGAN, Lin et al. 2018, arXiv:1712.04086.
"""

import numpy as np

from benchmark.metrics.arrays import float64, rows

REACH = 3  # standard deviations within which a sample is of high quality, in both papers


def modes_covered(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> int:
    """Number of modes that are nearest to at least one high-quality sample, 0 to k.

    Args:
        points: samples, ``(n, d)``.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Raises:
        ValueError: there are no points or no modes, they differ in their number of dimensions, or
            sigma is not above 0.
    """
    return int(np.count_nonzero(quality_counts(points, modes, sigma=sigma)))


def high_quality(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> float:
    """Share of the samples within 3 sigma of the nearest mode, 0 to 1; arguments as above.

    In d dimensions the data themselves have a share of P(chi-squared of d < 9): 0.989 in two.
    """
    return float(quality_counts(points, modes, sigma=sigma).sum() / len(points))


def mode_divergence(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> float:
    """KL(histogram of modes || uniform), in nats; arguments as above.

    Only high-quality samples count, as in the code of PacGAN, so that what lies between the modes
    is left to `high_quality`.

    Returns:
        0 where all modes are drawn equally often, log k where one alone is drawn; also log k, the
        worst there is, where no sample is of high quality.
    """
    counts = quality_counts(points, modes, sigma=sigma)
    worst = float(np.log(len(counts)))
    if not counts.any():
        return worst
    shares = counts[counts > 0] / counts.sum()
    return max(worst + float(shares @ np.log(shares)), 0.0)  # rounding may carry it below 0


def quality_counts(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> np.ndarray:
    """How many high-quality samples each mode is nearest to, ``(k,)``; arguments as above."""
    points, modes = float64(rows(points, "points")), float64(rows(modes, "modes"))
    if points.shape[1] != modes.shape[1]:
        raise ValueError(f"points have {points.shape[1]} coordinates, modes {modes.shape[1]}")
    if not sigma > 0:
        raise ValueError(f"a standard deviation of {sigma} is not above 0")
    distances = np.linalg.norm(points[:, None] - modes, axis=2)
    nearest = distances.argmin(axis=1)
    # one that is not finite is near to nothing
    close = distances[np.arange(len(points)), nearest] <= REACH * sigma
    return np.bincount(nearest[close], minlength=len(modes))
