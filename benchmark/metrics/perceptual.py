"""Perceptual distance between images, from feature maps of a network: LPIPS without its weights."""

from collections.abc import Iterable, Sequence

import numpy as np

EPSILON = 1e-10  # as in the authors' code, for places at which all channels are 0
BATCH = 32  # images whose maps are held as float64 while they are compared

Maps = Sequence[np.ndarray]  # of one layer each, `(n, c_l, h_l, w_l)`


def perceptual_distance(truth: Maps, generated: Maps) -> float:
    """Compute the mean distance between feature maps, scaled to length 1 at each place.

    The squared differences are summed over channels, averaged over places, and summed over layers.

    Args:
        truth: maps of the true images, one array ``(n, c_l, h_l, w_l)`` a layer.
        generated: maps of the generated images, likewise; image i is compared with image i.

    Returns:
        0 if all maps have the same direction at all places; at most 4 a layer, and 2 if the maps
        are not negative, as after a ReLU.

    Raises:
        ValueError: there are no layers, or their numbers or shapes differ.

    Source:
        Zhang et al. 2018, arXiv:1801.03924, equation 1 with all w_l = 1. The paper learns the w_l
        from human judgements and takes networks trained on ImageNet; without both, numbers compare
        with each other only, not with published ones.
    """
    return perceptual_distance_in_batches([(truth, generated)])


def perceptual_distance_in_batches(batches: Iterable[tuple[Maps, Maps]]) -> float:
    """Compute `perceptual_distance` batch by batch, if maps of all images do not fit into memory.

    Args:
        batches: maps ``(b, c_l, h_l, w_l)`` of the true images, and of the generated ones.

    Returns:
        As `perceptual_distance` of all batches together.

    Raises:
        ValueError: as `perceptual_distance`, or there are no batches.

    Source:
        As `perceptual_distance`: Zhang et al. 2018, arXiv:1801.03924, equation 1.
    """
    distances = [_place_distances(truth, generated) for truth, generated in batches]
    if not distances:
        raise ValueError("expected at least 1 batch of maps, got none")
    # every image has equally many places, so that one mean is over both
    return sum(float(np.concatenate(layer).mean()) for layer in zip(*distances, strict=True))


def _place_distances(truth: Maps, generated: Maps) -> list[np.ndarray]:
    """Compute the squared distance at each place of each layer, ``(n, h_l, w_l)``."""
    if len(truth) != len(generated) or not len(truth):
        raise ValueError(
            "expected maps of equally many layers, at least 1, got"
            f" {len(truth)} and {len(generated)}"
        )
    counts = {len(maps) for maps in truth}
    if len(counts) > 1:
        raise ValueError(f"expected equally many images in each layer, got {sorted(counts)}")
    return [_layer_distances(a, b) for a, b in zip(truth, generated, strict=True)]


def _layer_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Compute the squared distance at each place of a layer, ``(n, h_l, w_l)``."""
    if first.ndim != 4 or first.shape != second.shape or not first.size:
        raise ValueError(
            f"expected maps of one shape (n, c_l, h_l, w_l), got {first.shape} and {second.shape}"
        )
    distances = np.empty((len(first), *first.shape[2:]))
    for start in range(0, len(first), BATCH):
        part = slice(start, start + BATCH)
        distances[part] = ((_normalise(first[part]) - _normalise(second[part])) ** 2).sum(axis=1)
    return distances


def _normalise(maps: np.ndarray) -> np.ndarray:
    """Scale maps to length 1 over the channels at each place, float64."""
    maps = maps.astype(np.float64, copy=False)
    return maps / (np.linalg.norm(maps, axis=1, keepdims=True) + EPSILON)
