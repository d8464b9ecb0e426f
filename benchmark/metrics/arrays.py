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
