"""Conversion between stored samples and the input and output of networks."""

import numpy as np
import torch
from torch import Tensor


def to_unit(images: Tensor) -> Tensor:
    """Scale uint8 to float32 in [-1, 1]; points and tokens stay as they are."""
    return images.float() / 127.5 - 1 if images.dtype is torch.uint8 else images


def to_bytes(images: Tensor) -> Tensor:
    """Round floats in [-1, 1] to the nearest of 256 levels, uint8."""
    return ((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


def quantise(samples: Tensor) -> Tensor:
    """Quantise images to uint8, as the pipeline stores them; points and tokens stay as they are.

    Images are ``(n, c, h, w)``, or clips of them ``(n, c, t, h, w)``.
    """
    return to_bytes(samples) if samples.dim() >= 4 else samples


def match_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Repeat grey images ``(n, 1, h, w)`` to so many channels, or average colours to grey.

    Raises:
        ValueError: neither side is grey.
    """
    count = images.shape[1]
    if count == channels:
        return images
    if count == 1:
        return images.repeat(channels, axis=1)
    if channels == 1:
        return np.rint(images.mean(axis=1, keepdims=True)).astype(images.dtype)
    raise ValueError(f"expected images of 1 or {channels} channels, got {count}")
