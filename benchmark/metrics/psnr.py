"""Peak signal-to-noise ratio between images."""

import numpy as np

from benchmark.metrics.arrays import crop_image_pair

PEAK = 255


def psnr(truth: np.ndarray, generated: np.ndarray, *, border: int = 0) -> float:
    """Compute the mean over images of 10 log10(255^2 / MSE).

    The MSE is over pixels and channels. Papers on super-resolution take the luma, with the border
    cut off.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255] such as those of `rgb_to_luma`.
        generated: likewise; image i is compared with image i.
        border: pixels cut off at each side; in super-resolution often the factor.

    Returns:
        0 or more, in dB. An exact copy has infinitely many dB, so that a single copy makes the mean
        infinite: any finite value in its place would be arbitrary.

    Raises:
        ValueError: the shapes differ or hold no images, a value lies outside [0, 255], or the
            border leaves nothing.

    Source:
        Ledig et al. 2017 (SRGAN), arXiv:1609.04802, section 3.1.
    """
    truth, generated = crop_image_pair(truth, generated, border=border)
    # one image at a time: thousands of them in float64 would not fit into memory
    errors = [
        ((a.astype(np.float64) - b) ** 2).mean() for a, b in zip(truth, generated, strict=True)
    ]
    with np.errstate(divide="ignore"):
        return float((10 * np.log10(PEAK**2 / np.array(errors))).mean())
