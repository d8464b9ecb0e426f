"""How much the images differ that a generator makes of one input: Huang et al. 2018 (MUNIT).

arXiv:1804.04732, section 5.2, after Zhu et al. 2017 (BicycleGAN), arXiv:1711.11586. MUNIT takes 19
random pairs for each of 100 inputs; here all pairs of the draws are taken.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from benchmark.metrics.perceptual import perceptual_distance


def output_diversity(
    made: Sequence[Any], *, distance: Callable[[Any, Any], float] = perceptual_distance
) -> float:
    """Mean perceptual distance over inputs and over all pairs of images made of the same input.

    Args:
        made: for each draw, the maps of one layer each, ``(n, c_l, h_l, w_l)``; image i is made of
            input i in every draw.
        distance: of two draws, which may then be anything that it takes, such as images.

    Returns:
        0 where all draws are alike, and as ``perceptual_distance``. Noise raises it too, so it says
        nothing without a measure of quality beside it.

    Raises:
        ValueError: there are less than 2 draws, or as ``perceptual_distance``.
    """
    if len(made) < 2:
        raise ValueError(f"{len(made)} draws make no pair")
    distances = [distance(first, second) for first, second in combinations(made, 2)]
    return float(np.mean(distances))
