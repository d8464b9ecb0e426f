"""Structural similarity: Wang et al. 2004, IEEE Transactions on Image Processing 13(4)."""

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmark.metrics.arrays import image_pair

PEAK = 255
SIGMA = 1.5  # of the window, as in section III-C of the paper
RADIUS = 5  # 11 x 11 pixels
C1, C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
BATCH = 64  # images that lie in memory as float64 at a time


def ssim(truth: np.ndarray, made: np.ndarray, *, border: int = 0) -> float:
    """Mean over images of the mean SSIM, equation 13, under a Gaussian window.

    Only windows that lie within the image count. Of images in colour, the channels are compared
    each for itself, and the mean is taken over them.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255] such as those of ``luma``.
        made: likewise; image i is compared with image i.
        border: pixels cut off at each side before.

    Returns:
        1 for a copy, lower for the less alike, and at least -1.

    Raises:
        ValueError: as ``image_pair``, or the window does not fit into the images.
    """
    truth, made = image_pair(truth, made, border=border)
    height, width = truth.shape[2:]
    window = 2 * RADIUS + 1
    if min(height, width) < window:
        raise ValueError(f"a window of {window}x{window} does not fit into {height}x{width} pixels")
    parts = range(0, len(truth), BATCH)
    batches = [_each(truth[start : start + BATCH], made[start : start + BATCH]) for start in parts]
    return float(np.concatenate(batches).mean())


def _each(truth: np.ndarray, made: np.ndarray) -> np.ndarray:
    """SSIM of each image, ``(n,)``."""
    x, y = truth.astype(np.float64), made.astype(np.float64)
    mean_x, mean_y = _windowed(x), _windowed(y)
    variances = _windowed(x * x) - mean_x**2 + _windowed(y * y) - mean_y**2
    covariance = _windowed(x * y) - mean_x * mean_y
    alike = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    local = alike / ((mean_x**2 + mean_y**2 + C1) * (variances + C2))
    return local.mean(axis=(1, 2, 3))


def _windowed(images: np.ndarray) -> np.ndarray:
    """Weighted means over all windows that lie within the images."""
    means = gaussian_filter(images, SIGMA, radius=RADIUS, axes=(2, 3))
    return means[..., RADIUS:-RADIUS, RADIUS:-RADIUS]
