"""L1 distance between the pixels of images."""

import numpy as np


def l1_distance(truth: np.ndarray, generated: np.ndarray) -> float:
    """Compute the mean absolute difference of pixels, as a share of their range.

    Args:
        truth: uint8 ``(n, c, h, w)``.
        generated: uint8 of the same shape; image i is compared with image i.

    Returns:
        0 to 1: 0 for copies, 1 for black against white.

    Raises:
        ValueError: the shapes differ, or there are no images.

    Source:
        Isola et al. 2017 (pix2pix), arXiv:1611.07004, equation 3.
    """
    truth, generated = np.asarray(truth), np.asarray(generated)
    if truth.shape != generated.shape or not truth.size:
        raise ValueError(
            f"expected two sets of images of one shape, got {truth.shape} and {generated.shape}"
        )
    return float(np.abs(truth.astype(np.float64) - generated).mean() / 255)
