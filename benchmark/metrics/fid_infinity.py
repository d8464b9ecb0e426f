"""FID without its bias (FID infinity): Chong & Forsyth 2020, arXiv:1911.07023."""

import numpy as np

from benchmark.metrics.arrays import pair
from benchmark.metrics.frechet import frechet_distance_of_statistics, statistics


def fid_infinity(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    points: int = 15,
    least: int | None = None,
    seed: int = 0,
) -> float:
    """Where the line through the Frechet distances of N generated samples, in 1/N, meets 1/N = 0.

    Of N samples the distance is too large by about a multiple of 1/N. It is taken here of random
    subsets of the generated samples, at sizes evenly spaced in N; the statistics of the real
    samples stay those of all n, whose own bias stays as well.

    The relation is a straight line only for N well above d: N samples have a covariance of rank
    N - 1, so that for N up to d the distance falls on another curve. Hence ``least`` must exceed d,
    and is better some 2 d or more (in the paper 5,000 samples have 2,048 features).

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        points: number of subsets; at least 2, 15 in the paper.
        least: size of the smallest subset, of the largest m; ``None`` is a tenth of m, as in the
            paper, where it is 5,000 of 50,000.
        seed: of the draws.

    Returns:
        The intercept of the least-squares line; noise may carry it below 0.

    Raises:
        ValueError: there are fewer than 2 points or 2 real samples, the sets differ in width, or
            ``least`` is not above d and below m.
    """
    real, generated = pair(real, generated, least=2)
    if points < 2:
        raise ValueError(f"no line goes through {points} points")
    m, d = generated.shape
    least = m // 10 if least is None else least
    if not d < least < m:
        raise ValueError(
            f"the least of {m} samples must lie above the {d} features and below {m}; it is {least}"
        )
    fixed = statistics(real)
    sizes = np.linspace(least, m, points).astype(int)
    random = np.random.default_rng(seed)
    distances = [
        frechet_distance_of_statistics(*fixed, *statistics(generated[random.permutation(m)[:size]]))
        for size in sizes
    ]
    slope_and_intercept = np.polyfit(1 / sizes, distances, deg=1)
    return float(slope_and_intercept[1])
