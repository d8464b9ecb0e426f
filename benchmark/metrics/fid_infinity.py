"""FID extrapolated to infinitely many generated samples, which removes its bias."""

import numpy as np

from benchmark.metrics.arrays import check_feature_pair
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments


def fid_infinity(
    real: np.ndarray,
    generated: np.ndarray,
    *,
    subsets: int = 15,
    min_samples: int | None = None,
    seed: int = 0,
) -> float:
    """Extrapolate the Frechet distance of N generated samples linearly to 1/N = 0.

    With N samples the distance is too large by about a multiple of 1/N. It is computed for random
    subsets of the generated samples, of sizes evenly spaced in N; the moments of the real samples
    stay those of all n, so that their bias stays too.

    The relation is a straight line only for N well above d: N samples have a covariance of rank
    N - 1, so that the distance follows another curve for N up to d. Hence ``min_samples`` must
    exceed d; 2 d or more is better (in the paper 5,000 samples have 2,048 features).

    Args:
        real: features of real samples, ``(n, d)``.
        generated: features of generated samples, ``(m, d)``.
        subsets: number of subsets; at least 2, 15 in the paper.
        min_samples: size of the smallest subset, where the largest has all m; ``None`` is a tenth
            of m, as in the paper (5,000 of 50,000).
        seed: of the random subsets.

    Returns:
        The intercept of the least-squares line, in squared units of the features; noise may
        make it negative.

    Raises:
        ValueError: there are fewer than 2 subsets or 2 real samples, the numbers of features
            differ, or ``min_samples`` is not above d and below m.

    Source:
        Chong and Forsyth 2020, arXiv:1911.07023.
    """
    real, generated = check_feature_pair(real, generated, min_samples=2)
    if subsets < 2:
        raise ValueError(f"expected at least 2 subsets to fit a line, got {subsets}")
    m, d = generated.shape
    min_samples = m // 10 if min_samples is None else min_samples
    if not d < min_samples < m:
        raise ValueError(
            f"expected min_samples above the {d} features and below the {m} generated samples, got"
            f" {min_samples}; generate more samples or set min_samples"
        )
    real_moments = feature_moments(real)
    sizes = np.linspace(min_samples, m, subsets).astype(int)
    random = np.random.default_rng(seed)
    distances = [
        frechet_distance_from_moments(
            *real_moments, *feature_moments(generated[random.permutation(m)[:size]])
        )
        for size in sizes
    ]
    slope_and_intercept = np.polyfit(1 / sizes, distances, deg=1)
    return float(slope_and_intercept[1])
