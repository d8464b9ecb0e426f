"""Bicubic scaling as in MATLAB's imresize, which makes the inputs of super-resolution.

The kernel is that of Keys 1981, IEEE Transactions on Acoustics, Speech and Signal Processing 29(6),
with a = -1/2. If an image shrinks, the kernel widens in proportion, which avoids aliasing. Beyond
the edges the image is mirrored.
"""

import math
from fractions import Fraction

import numpy as np

A = -0.5
RADIUS = 2  # of the kernel, in pixels


def resize_bicubic(images: np.ndarray, factor: Fraction | float) -> np.ndarray:
    """Scale images by a factor along both sides, as ``imresize(im2double(image), factor)``.

    Pixels are rounded once, at the end; imresize of a uint8 image rounds after each of the two
    axes, so that pixels may differ by 1.

    Args:
        images: uint8 ``(n, c, h, w)``.
        factor: above 0, for instance ``Fraction(1, 4)``, 0.25 or 2.

    Returns:
        uint8 ``(n, c, ceil(h * factor), ceil(w * factor))``.

    Raises:
        ValueError: the images are not uint8 or have no pixels, or the factor is not above 0.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4:
        raise ValueError(f"expected uint8 (n, c, h, w), got {images.dtype} {images.shape}")
    rows, columns = (compute_weights(side, factor) for side in images.shape[2:])
    resized = np.empty((*images.shape[:2], len(rows), len(columns)), dtype=np.uint8)
    for image, target in zip(images, resized, strict=True):  # one by one, to save memory
        scaled = rows @ image.astype(np.float64) @ columns.T
        target[:] = np.floor(scaled + 0.5).clip(0, 255)  # halves go up, as in MATLAB
    return resized


def compute_weights(side: int, factor: Fraction | float) -> np.ndarray:
    """Compute the weight of each of ``side`` pixels in each scaled pixel, along one axis.

    Args:
        side: number of pixels.
        factor: above 0.

    Returns:
        ``(ceil(side * factor), side)``; each row sums to 1.

    Raises:
        ValueError: there are no pixels, or the factor is not above 0 and finite.
    """
    if side < 1:
        raise ValueError(f"expected a side of 1 pixel or more, got {side}")
    if not 0 < factor < math.inf:
        raise ValueError(f"expected a factor above 0 and finite, got {factor}")
    scale = float(factor)
    kernel_scale = min(scale, 1.0)
    radius = RADIUS / kernel_scale
    # centres of the scaled pixels, in coordinates of the original
    centres = (np.arange(math.ceil(side * factor)) + 0.5) / scale - 0.5
    pixels = np.floor(centres - radius)[:, None] + np.arange(math.ceil(2 * radius) + 2)
    weights = keys_kernel(kernel_scale * (centres[:, None] - pixels))
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = pixels.astype(np.int64) % (2 * side)
    mirrored = np.minimum(mirrored, 2 * side - 1 - mirrored)
    matrix = np.zeros((len(centres), side))
    np.add.at(matrix, (np.arange(len(centres))[:, None], mirrored), weights)
    return matrix


def keys_kernel(distances: np.ndarray) -> np.ndarray:
    """Evaluate the kernel of Keys at distances in pixels; it is 0 beyond 2."""
    x = np.abs(distances)
    inner = (A + 2) * x**3 - (A + 3) * x**2 + 1
    outer = A * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, inner, np.where(x < 2, outer, 0.0))
