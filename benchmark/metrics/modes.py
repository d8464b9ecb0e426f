"""Modes of a mixture of Gaussians: how many are covered, how cleanly and how evenly."""

import numpy as np

from benchmark.metrics.arrays import check_features, to_float64

REACH = 3  # standard deviations within which a sample is of high quality, in both papers
FAIR_SHARE = 1 / 5  # of an even share of the samples, from which on a mode is covered


def modes_covered(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> int:
    """Count the modes that a fair share of the samples hits.

    A mode is covered if at least n / k / 5 of the n samples, a fifth of an even share, are of high
    quality and nearest to it. In the paper a single sample covers a mode, so that uniform noise
    covers most of them.

    Args:
        points: samples, ``(n, d)``.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Returns:
        0 to k.

    Raises:
        ValueError: there are no points or no modes, their numbers of dimensions differ, or sigma
            is not above 0.

    Source:
        Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761, except for the share.
    """
    counts = count_high_quality(points, modes, sigma=sigma)
    needed = max(1, FAIR_SHARE * len(points) / len(counts))
    return int(np.count_nonzero(counts >= needed))


def modes_hit(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> int:
    """Count the modes that at least one high-quality sample is nearest to, as in the papers.

    Args:
        points: samples, ``(n, d)``; the papers draw 2,500.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Returns:
        0 to k.

    Raises:
        ValueError: as `modes_covered`.

    Source:
        Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761; Lin et al. 2018 (PacGAN),
        arXiv:1712.04086.
    """
    return int(np.count_nonzero(count_high_quality(points, modes, sigma=sigma)))


def high_quality_share(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> float:
    """Compute the share of samples within 3 sigma of the nearest mode.

    Args:
        points: samples, ``(n, d)``.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Returns:
        0 to 1. In d dimensions the data themselves score P(chi-squared of d < 9): 0.989 in two.

    Raises:
        ValueError: as `modes_covered`.

    Source:
        Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761.
    """
    return float(count_high_quality(points, modes, sigma=sigma).sum() / len(points))


def mode_divergence(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> float:
    """Compute KL(histogram of modes || uniform) over high-quality samples.

    Samples between the modes do not count, as in the code of PacGAN: `high_quality_share` measures
    them.

    Args:
        points: samples, ``(n, d)``.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Returns:
        0 to log k, in nats: 0 if all modes are drawn equally often, log k if a single mode is
        drawn, and log k, the worst value, if no sample is of high quality.

    Raises:
        ValueError: as `modes_covered`.

    Source:
        Lin et al. 2018 (PacGAN), arXiv:1712.04086.
    """
    counts = count_high_quality(points, modes, sigma=sigma)
    worst = float(np.log(len(counts)))
    if not counts.any():
        return worst
    shares = counts[counts > 0] / counts.sum()
    return max(worst + float(shares @ np.log(shares)), 0.0)  # rounding errors can be negative


def count_high_quality(points: np.ndarray, modes: np.ndarray, *, sigma: float) -> np.ndarray:
    """Count the high-quality samples that each mode is nearest to.

    Args:
        points: samples, ``(n, d)``.
        modes: centres, ``(k, d)``.
        sigma: standard deviation of each mode, in each direction; above 0.

    Returns:
        Integers, ``(k,)``.

    Raises:
        ValueError: as `modes_covered`.
    """
    points = to_float64(check_features(points, "points"))
    modes = to_float64(check_features(modes, "modes"))
    if points.shape[1] != modes.shape[1]:
        raise ValueError(
            f"expected points and modes of equal dimension, got {points.shape[1]} and"
            f" {modes.shape[1]}"
        )
    if not sigma > 0:
        raise ValueError(f"expected a standard deviation above 0, got {sigma}")
    distances = np.linalg.norm(points[:, None] - modes, axis=2)
    nearest = distances.argmin(axis=1)
    # NaN is not at most 3 sigma: samples that are not finite are of low quality
    is_close = distances[np.arange(len(points)), nearest] <= REACH * sigma
    return np.bincount(nearest[is_close], minlength=len(modes))
