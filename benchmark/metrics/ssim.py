"""Structural similarity between images."""

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmark.metrics.arrays import crop_image_pair

PEAK = 255
SIGMA = 1.5  # of the window, as in section III-C of the paper
RADIUS = 5  # 11 x 11 pixels
C1, C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
BATCH = 64  # images that lie in memory as float64 at a time


def ssim(truth: np.ndarray, generated: np.ndarray, *, border: int = 0) -> float:
    """Compute the mean over images of the mean SSIM under a Gaussian window.

    Only windows that lie within the image count. The channels of colour images are compared
    separately, and the mean is taken over them.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255] such as those of `rgb_to_luma`.
        generated: likewise; image i is compared with image i.
        border: pixels cut off at each side.

    Returns:
        -1 to 1: 1 for a copy.

    Raises:
        ValueError: the shapes differ or hold no images, a value lies outside [0, 255], or the
            window does not fit into the images.

    Source:
        Wang et al. 2004, IEEE Transactions on Image Processing 13(4), equation 13.
    """
    truth, generated = crop_image_pair(truth, generated, border=border)
    height, width = truth.shape[2:]
    window = 2 * RADIUS + 1
    if min(height, width) < window:
        raise ValueError(
            f"expected images of at least {window}x{window} pixels, one window, got"
            f" {height}x{width}"
        )
    starts = range(0, len(truth), BATCH)
    batches = [
        _ssim_of_images(truth[start : start + BATCH], generated[start : start + BATCH])
        for start in starts
    ]
    return float(np.concatenate(batches).mean())


def _ssim_of_images(truth: np.ndarray, generated: np.ndarray) -> np.ndarray:
    """Compute the SSIM of each image, ``(n,)``."""
    x, y = truth.astype(np.float64), generated.astype(np.float64)
    mean_x, mean_y = _window_means(x), _window_means(y)
    variances = _window_means(x * x) - mean_x**2 + _window_means(y * y) - mean_y**2
    covariance = _window_means(x * y) - mean_x * mean_y
    numerator = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    local = numerator / ((mean_x**2 + mean_y**2 + C1) * (variances + C2))
    return local.mean(axis=(1, 2, 3))


def _window_means(images: np.ndarray) -> np.ndarray:
    """Compute weighted means over all windows that lie within the images."""
    means = gaussian_filter(images, SIGMA, radius=RADIUS, axes=(2, 3))
    return means[..., RADIUS:-RADIUS, RADIUS:-RADIUS]
