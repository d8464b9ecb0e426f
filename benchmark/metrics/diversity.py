"""Diversity of the images that a generator makes from one input."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from benchmark.metrics.perceptual import perceptual_distance


def output_diversity(
    draws: Sequence[Any], *, distance: Callable[[Any, Any], float] = perceptual_distance
) -> float:
    """Compute the mean distance between images of one input, over inputs and pairs of draws.

    Noise raises the diversity too: compare it together with a measure of quality.

    Args:
        draws: for each draw, its feature maps, one array ``(n, c_l, h_l, w_l)`` a layer; image i
            is made from input i in every draw.
        distance: between two draws; a draw may be anything that ``distance`` takes.

    Returns:
        0 or more, in the units of ``distance``; 0 if all draws are equal.

    Raises:
        ValueError: there are fewer than 2 draws, or as `perceptual_distance`.

    Source:
        Huang et al. 2018 (MUNIT), arXiv:1804.04732, section 5.2, after Zhu et al. 2017
        (BicycleGAN), arXiv:1711.11586. MUNIT takes 19 random pairs for each of 100 inputs; here
        all pairs of the draws are taken.
    """
    if len(draws) < 2:
        raise ValueError(f"expected at least 2 draws, got {len(draws)}")
    distances = [distance(first, second) for first, second in combinations(draws, 2)]
    return float(np.mean(distances))
