"""What a metric takes: arrays of numpy, or tensors of torch wherever they lie."""

from typing import Any

import numpy as np
import torch


def rows(features: Any, name: str = "features", *, least: int = 1) -> Any:
    """Features as they came, numpy array or tensor on an accelerator, once they are sound.

    Args:
        features: ``(n, d)``, of any type of number; a tensor in main memory becomes an array.
        name: what a message calls them.
        least: of n.

    Raises:
        ValueError: there are not two axes, too few rows, or no columns.
    """
    if isinstance(features, torch.Tensor):
        features = features.detach()
        features = features if features.device.type != "cpu" else features.numpy()
    else:
        features = np.asarray(features)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ValueError(f"{name}: of shape {tuple(features.shape)}, where (n, d) is wanted")
    if len(features) < least:
        raise ValueError(f"{name}: {len(features)} samples, where at least {least} are wanted")
    return features


def pair(real: Any, generated: Any, *, least: int = 1) -> tuple[Any, Any]:
    """Two sets of features that can be compared: both as ``rows``, equally wide.

    Raises:
        ValueError: as ``rows``, or the sets differ in their number of features.
    """
    real, generated = rows(real, "real", least=least), rows(generated, "generated", least=least)
    if real.shape[1] != generated.shape[1]:
        raise ValueError(
            f"real samples have {real.shape[1]} features, generated ones {generated.shape[1]}"
        )
    return real, generated


def float64(features: Any) -> Any:
    """In double precision, on the device where they are."""
    if isinstance(features, torch.Tensor):
        return features.double()
    return features.astype(np.float64, copy=False)


def image_pair(
    truth: np.ndarray, made: np.ndarray, *, border: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of images that can be compared one by one, of the type they came in.

    Args:
        truth: ``(n, c, h, w)``, uint8, or floats in [0, 255].
        made: likewise, of the same shape.
        border: pixels cut off at each of the four sides.

    Raises:
        ValueError: the shapes differ or are of no images, a value lies outside [0, 255] or is not a
            number, or the border is negative or leaves nothing.
    """
    truth, made = np.asarray(truth), np.asarray(made)
    if truth.ndim != 4 or truth.shape != made.shape or not truth.size:
        raise ValueError(f"images of shapes {truth.shape} and {made.shape} do not compare")
    for name, images in (("truth", truth), ("made", made)):
        if images.dtype != np.uint8 and not np.issubdtype(images.dtype, np.floating):
            raise ValueError(f"{name}: images are uint8 or floats, not {images.dtype}")
        if not (images.min() >= 0 and images.max() <= 255):
            raise ValueError(f"{name}: values that do not lie in [0, 255]")
    height, width = truth.shape[2:]
    if not 0 <= 2 * border < min(height, width):
        raise ValueError(f"a border of {border} cannot be cut off images of {height}x{width}")
    inside = (..., slice(border, height - border), slice(border, width - border))
    return truth[inside], made[inside]
