"""Luma of colour images, on which super-resolution is scored."""

import numpy as np

BLACK = 16
WEIGHTS = np.array([65.481, 128.553, 24.966])  # of red, green and blue; white is 16 + their sum


def rgb_to_luma(images: np.ndarray) -> np.ndarray:
    """Convert images to the channel Y of YCbCr, without rounding.

    For uint8 MATLAB rounds, and so do papers whose scores come from MATLAB, such as SRCNN. BasicSR,
    which grew from the code of ESRGAN, and scikit-image do not round; neither does this function:
    a score below 36 dB moves by hundredths of a dB.

    Args:
        images: uint8, ``(n, 3, h, w)``, or ``(n, 1, h, w)``.

    Returns:
        float64 ``(n, 1, h, w)`` in [16, 235] for RGB. Greyscale images are returned unchanged:
        uint8, in [0, 255].

    Raises:
        ValueError: the images are not uint8, or have neither 1 nor 3 channels.

    Source:
        ITU-R BT.601, with the coefficients of MATLAB's rgb2ycbcr, which maps black to 16 and white
        to 235.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(f"expected images in uint8, got {images.dtype}")
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"expected images of shape (n, 1 or 3, h, w), got {images.shape}")
    if images.shape[1] == 1:
        return images
    return BLACK + np.einsum("nchw,c->nhw", images, WEIGHTS / 255)[:, None]
