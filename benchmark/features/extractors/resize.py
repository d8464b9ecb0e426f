"""Sizes and channels of images before a network sees them."""

import numpy as np
from PIL import Image


def resize(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize images by a bicubic filter with antialiasing, each channel as floats.

    The arithmetic of clean-fid's mode "clean": Pillow's filter widens with the scale, which
    avoids aliasing when an image shrinks; overshoots are clipped, and nothing is rounded.

    Args:
        images: uint8 ``(n, c, h, w)``.
        size: height and width of the result.

    Returns:
        float32 ``(n, c, *size)`` in [0, 255].

    Source:
        Parmar et al. 2022, arXiv:2104.11222.
    """
    height, width = size
    planes = images.reshape(-1, *images.shape[2:]).astype(np.float32)
    resized = [
        np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC))
        for plane in planes
    ]
    return np.stack(resized).clip(0, 255).reshape(*images.shape[:2], height, width)


def to_three_channels(images: np.ndarray) -> np.ndarray:
    """Repeat a single channel of images ``(n, c, h, w)`` to three; keep three as they are.

    Raises:
        ValueError: the images have neither 1 nor 3 channels.
    """
    channels = images.shape[1]
    if channels not in (1, 3):
        raise ValueError(f"expected 1 (greyscale) or 3 (RGB) channels, got {channels} channels")
    return np.repeat(images, 3, axis=1) if channels == 1 else images
