"""The mean absolute difference of pixels, what a regression with an L1 loss is trained to keep low.

Isola et al. 2017 (pix2pix), arXiv:1611.07004, equation 3.
"""

import numpy as np


def l1(truth: np.ndarray, made: np.ndarray) -> float:
    """Mean distance of the pixels of two sets of images, as a share of their range, 0 to 1.

    Args:
        truth: uint8 ``(n, c, h, w)``.
        made: uint8 of the same shape.

    Raises:
        ValueError: the shapes differ, or there are no images.
    """
    truth, made = np.asarray(truth), np.asarray(made)
    if truth.shape != made.shape or not truth.size:
        raise ValueError(f"images of shapes {truth.shape} and {made.shape} do not compare")
    return float(np.abs(truth.astype(np.float64) - made).mean() / 255)
