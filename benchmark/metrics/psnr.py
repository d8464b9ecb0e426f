"""Peak signal-to-noise ratio: the squared error of images on a scale of decibels.

As papers on super-resolution report it: Ledig et al. 2017 (SRGAN), arXiv:1609.04802, section 3.1,
of the luma and with the border cut off.
"""

import numpy as np

from benchmark.metrics.arrays import image_pair

PEAK = 255


def psnr(truth: np.ndarray, made: np.ndarray, *, border: int = 0) -> float:
    """Mean over images of 10 log10(255^2 / MSE), in dB; the MSE is over pixels and channels.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255] such as those of ``luma``.
        made: likewise; image i is compared with image i.
        border: pixels cut off at each side before, in super-resolution often the factor.

    Returns:
        0 or more. An exact copy has infinitely many dB, so one among the images makes the mean
        infinite: nothing finite could stand for it without being chosen at will.

    Raises:
        ValueError: as ``image_pair``.
    """
    truth, made = image_pair(truth, made, border=border)
    # one image at a time: in float64 thousands of them would not fit into memory
    errors = [((a.astype(np.float64) - b) ** 2).mean() for a, b in zip(truth, made, strict=True)]
    with np.errstate(divide="ignore"):
        return float((10 * np.log10(PEAK**2 / np.array(errors))).mean())
