"""The luma of images in colour, on which super-resolution is scored: ITU-R BT.601.

The coefficients are those of MATLAB's rgb2ycbcr, which spreads black to white over 16 to 235.
"""

import numpy as np

BLACK = 16
SHARES = np.array([65.481, 128.553, 24.966])  # of red, green and blue; white is 16 + their sum


def luma(images: np.ndarray) -> np.ndarray:
    """The channel Y of YCbCr, not rounded.

    Where its input is uint8, MATLAB rounds, and so do papers with scores from there, such as SRCNN.
    BasicSR, which grew out of the code of ESRGAN, and scikit-image do not, and it is not done here
    either: a score below 36 dB moves by hundredths of a dB.

    Args:
        images: uint8, ``(n, 3, h, w)``, or ``(n, 1, h, w)``.

    Returns:
        float64 ``(n, 1, h, w)`` in [16, 235] of RGB. Greyscale comes back as it is: uint8, in
        [0, 255].

    Raises:
        ValueError: the images are not uint8, or have neither 1 nor 3 channels.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(f"images are uint8, not {images.dtype}")
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"images of shape {images.shape} are not (n, 1 or 3, h, w)")
    if images.shape[1] == 1:
        return images
    return BLACK + np.einsum("nchw,c->nhw", images, SHARES / 255)[:, None]
