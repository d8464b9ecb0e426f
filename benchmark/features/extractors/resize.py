"""Sizes and channels: what an image goes through before a network sees it."""

import numpy as np
from PIL import Image


def resize(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Bicubic with antialiasing, each channel as floats: Parmar et al. 2022, arXiv:2104.11222.

    The arithmetic of clean-fid's mode "clean": Pillow's filter widens with the scale, so that
    nothing aliases when an image shrinks; what overshoots is clipped, and nothing is rounded.

    Args:
        images: uint8 ``(n, c, h, w)``.
        size: height and width wanted.

    Returns:
        float32 ``(n, c, *size)`` in [0, 255].
    """
    height, width = size
    planes = images.reshape(-1, *images.shape[2:]).astype(np.float32)
    resized = [
        np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC))
        for plane in planes
    ]
    return np.stack(resized).clip(0, 255).reshape(*images.shape[:2], height, width)


def three_channels(images: np.ndarray) -> np.ndarray:
    """Images ``(n, c, h, w)`` with c = 1 repeated to 3, or as they are with c = 3.

    Raises:
        ValueError: neither 1 nor 3 channels.
    """
    channels = images.shape[1]
    if channels not in (1, 3):
        raise ValueError(f"images have {channels} channels, not 1 (greyscale) or 3 (RGB)")
    return np.repeat(images, 3, axis=1) if channels == 1 else images
