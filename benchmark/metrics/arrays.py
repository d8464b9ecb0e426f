"""Checks of the arrays and tensors that metrics take."""

from typing import Any

import numpy as np
import torch

Features = np.ndarray | torch.Tensor  # `(n, d)`; a tensor may lie on an accelerator


def check_features(features: Features, name: str = "features", *, min_samples: int = 1) -> Any:
    """Check the shape of features; return an array, or a tensor on its accelerator.

    Args:
        features: ``(n, d)``, of any type of number; a tensor in main memory becomes an array.
        name: their name in messages.
        min_samples: the smallest n that is allowed.

    Raises:
        ValueError: there are not two axes, fewer than ``min_samples`` rows, or no columns.
    """
    if isinstance(features, torch.Tensor):
        features = features.detach()
        features = features if features.device.type != "cpu" else features.numpy()
    else:
        features = np.asarray(features)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ValueError(f"{name}: expected shape (n, d), got {tuple(features.shape)}")
    if len(features) < min_samples:
        raise ValueError(f"{name}: expected at least {min_samples} samples, got {len(features)}")
    return features


def check_feature_pair(
    real: Features, generated: Features, *, min_samples: int = 1
) -> tuple[Any, Any]:
    """Check two sets of features as `check_features` does, and that they are equally wide.

    Raises:
        ValueError: as `check_features`, or the numbers of features differ.
    """
    real = check_features(real, "real", min_samples=min_samples)
    generated = check_features(generated, "generated", min_samples=min_samples)
    if real.shape[1] != generated.shape[1]:
        raise ValueError(
            f"expected equally many features, got {real.shape[1]} of real samples and"
            f" {generated.shape[1]} of generated ones; extract both by one network"
        )
    return real, generated


def to_float64(features: Any) -> Any:
    """Convert features to double precision on their device."""
    if isinstance(features, torch.Tensor):
        return features.double()
    return features.astype(np.float64, copy=False)


def crop_image_pair(
    truth: np.ndarray, generated: np.ndarray, *, border: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Check two sets of images that are compared in pairs, and cut off a border.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255].
        generated: likewise, of the same shape.
        border: pixels cut off at each of the four sides.

    Returns:
        Views of both, of the type that they had.

    Raises:
        ValueError: the shapes differ or hold no images, a value lies outside [0, 255] or is not a
            number, or the border is negative or leaves nothing.
    """
    truth, generated = np.asarray(truth), np.asarray(generated)
    if truth.ndim != 4 or truth.shape != generated.shape or not truth.size:
        raise ValueError(
            "expected two sets of images of one shape (n, c, h, w), got"
            f" {truth.shape} and {generated.shape}"
        )
    for name, images in (("truth", truth), ("generated", generated)):
        if images.dtype != np.uint8 and not np.issubdtype(images.dtype, np.floating):
            raise ValueError(f"{name}: expected images in uint8 or floats, got {images.dtype}")
        if not (images.min() >= 0 and images.max() <= 255):
            raise ValueError(
                f"{name}: expected values in [0, 255], got {images.min()} to {images.max()};"
                " rescale the images"
            )
    height, width = truth.shape[2:]
    if not 0 <= 2 * border < min(height, width):
        raise ValueError(
            f"expected a border of 0 to {(min(height, width) - 1) // 2} pixels for images of"
            f" {height}x{width}, got {border}"
        )
    inside = (..., slice(border, height - border), slice(border, width - border))
    return truth[inside], generated[inside]
