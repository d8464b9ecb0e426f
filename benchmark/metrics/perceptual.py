"""Perceptual distance between images, by the feature maps of a network: LPIPS without its weights.

Zhang et al. 2018, arXiv:1801.03924, equation 1 with all w_l = 1. The paper learns the w_l from
judgements of people and takes networks trained on ImageNet; without both, the numbers do not
compare with published ones, only with each other.
"""

from collections.abc import Iterable, Sequence

import numpy as np

EPSILON = 1e-10  # as in the authors' code, for places where all channels are 0
AT_ONCE = 32  # images whose maps are held as float64 while they are compared

Maps = Sequence[np.ndarray]  # of one layer each, `(n, c_l, h_l, w_l)`


def perceptual_distance(truth: Maps, made: Maps) -> float:
    """Mean over images of the distance of their maps, which are of unit length at each place.

    The squared differences are summed over channels, averaged over places, and summed over layers.

    Args:
        truth: maps of one layer each, ``(n, c_l, h_l, w_l)``, of the true images.
        made: likewise, of the images made; image i is compared with image i.

    Returns:
        0 where all maps point the same way at all places; at most 4 a layer, and 2 where the maps
        are not negative, as after a ReLU.

    Raises:
        ValueError: there are no layers, not as many of one as of the other, or the shapes differ.
    """
    return distance_in_parts([(truth, made)])


def distance_in_parts(parts: Iterable[tuple[Maps, Maps]]) -> float:
    """`perceptual_distance` of more images than memory holds the maps of, to the last bit.

    Args:
        parts: some images at a time, their maps as above, the true ones first.

    Returns:
        As `perceptual_distance` of all parts together.

    Raises:
        ValueError: as above, or there are no parts.
    """
    found = [_places(truth, made) for truth, made in parts]
    if not found:
        raise ValueError("no maps to compare")
    # every image has as many places, so that one mean is over both
    return sum(float(np.concatenate(layer).mean()) for layer in zip(*found, strict=True))


def _places(truth: Maps, made: Maps) -> list[np.ndarray]:
    """The squared distance at each place of each layer, ``(n, h_l, w_l)``."""
    if len(truth) != len(made) or not len(truth):
        raise ValueError(f"maps of {len(truth)} and {len(made)} layers do not compare")
    counts = {len(maps) for maps in truth}
    if len(counts) > 1:
        raise ValueError(f"layers differ in their number of images: {sorted(counts)}")
    return [_of_layer(first, second) for first, second in zip(truth, made, strict=True)]


def _of_layer(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    if first.ndim != 4 or first.shape != second.shape or not first.size:
        raise ValueError(f"maps of shapes {first.shape} and {second.shape} do not compare")
    found = np.empty((len(first), *first.shape[2:]))
    for start in range(0, len(first), AT_ONCE):
        few = slice(start, start + AT_ONCE)
        found[few] = ((_unit(first[few]) - _unit(second[few])) ** 2).sum(axis=1)
    return found


def _unit(maps: np.ndarray) -> np.ndarray:
    """Maps of length 1 over the channels at each place, float64."""
    maps = maps.astype(np.float64, copy=False)
    return maps / (np.linalg.norm(maps, axis=1, keepdims=True) + EPSILON)
