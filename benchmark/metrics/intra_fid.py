"""FID within each class: Miyato & Koyama 2018, arXiv:1802.05637, section 5.1."""

import numpy as np

from benchmark.metrics.arrays import pair
from benchmark.metrics.frechet import frechet_distance


def intra_fid(
    real: np.ndarray, real_labels: np.ndarray, generated: np.ndarray, wanted: np.ndarray
) -> float:
    """The mean over classes of the Frechet distance between what is and what was asked for.

    A generator that draws well but the wrong class has a small FID and a large one here. With few
    samples a class it is biased upwards, like every FID: hold it against held-out images.

    Args:
        real: features of real samples, ``(n, d)``.
        real_labels: their classes, ``(n,)``.
        generated: features of generated samples, ``(m, d)``.
        wanted: the class that each of them was asked for, ``(m,)``.

    Raises:
        ValueError: labels do not fit their samples, or a class has fewer than two of a kind.
    """
    real, generated = pair(real, generated, least=2)
    real_labels, wanted = np.asarray(real_labels), np.asarray(wanted)
    for samples, labels in ((real, real_labels), (generated, wanted)):
        if labels.shape != (len(samples),):
            raise ValueError(f"labels of shape {labels.shape} for {len(samples)} samples")
    distances = []
    for label in np.union1d(real_labels, wanted):
        sets = real[real_labels == label], generated[wanted == label]
        for kind, own in zip(("real", "generated"), sets, strict=True):
            if len(own) < 2:
                raise ValueError(
                    f"class {label} has {len(own)} {kind} samples; at least 2 are wanted"
                )
        distances.append(frechet_distance(*sets))
    return float(np.mean(distances))
