"""FID within each class, for conditional generators."""

import numpy as np

from benchmark.metrics.arrays import check_feature_pair
from benchmark.metrics.frechet import frechet_distance


def intra_fid(
    real: np.ndarray, real_labels: np.ndarray, generated: np.ndarray, requested: np.ndarray
) -> float:
    """Compute the mean over classes of the Frechet distance within each class.

    A generator that draws well but the wrong class has a small FID and a large intra-FID. It is
    biased upwards, like every FID, by about a/n + b/m with n real and m generated samples a class:
    compare only values of equal numbers, of four samples a feature or more.

    Args:
        real: features of real samples, ``(n, d)``.
        real_labels: their classes, ``(n,)``.
        generated: features of generated samples, ``(m, d)``.
        requested: class that each of them was generated for, ``(m,)``.

    Returns:
        0 or more, in squared units of the features.

    Raises:
        ValueError: labels do not fit their samples, or a class has fewer than d + 1 samples in a
            set, so that its covariance is singular.

    Source:
        Miyato and Koyama 2018, arXiv:1802.05637, section 5.1.
    """
    real, generated = check_feature_pair(real, generated, min_samples=2)
    real_labels, requested = np.asarray(real_labels), np.asarray(requested)
    for samples, labels in ((real, real_labels), (generated, requested)):
        if labels.shape != (len(samples),):
            raise ValueError(
                f"expected labels of shape ({len(samples)},), one a sample, got {labels.shape}"
            )
    distances, needed = [], real.shape[1] + 1
    for label in np.union1d(real_labels, requested):
        class_sets = real[real_labels == label], generated[requested == label]
        for kind, samples in zip(("real", "generated"), class_sets, strict=True):
            if len(samples) < needed:
                raise ValueError(
                    f"expected at least {needed} {kind} samples of class {label} for"
                    f" {needed - 1} features, got {len(samples)}; add samples"
                )
        distances.append(frechet_distance(*class_sets))
    return float(np.mean(distances))
