"""Distributions in the plane, on which mode collapse can be seen and counted.

The data without their noise lie in [-1, 1], or in the square that `Points.scale` gives. The noise
is scaled with them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.parts import Parts
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays

TRAIN = 20_000  # points to learn from
HELD_OUT = {"validation": 2_500, "test": 2_500}  # points; the papers score 2,500 too


@dataclass(frozen=True)
class Points:
    """A distribution of points in the plane.

    Args:
        draw: draws points, float32 ``(n, 2)``, given n and a generator of random numbers.
        modes: centres ``(k, 2)`` if it is a uniform mixture of Gaussians, else None.
        sigma: their standard deviation along each axis; None without modes.
        scale: half the side of the square in which the data without their noise lie.
        train: number of points to learn from.
    """

    draw: Callable[[int, np.random.Generator], np.ndarray]
    modes: np.ndarray | None = None
    sigma: float | None = None
    scale: float = 1.0
    train: int = TRAIN

    def label(self, points: np.ndarray) -> np.ndarray:
        """Label points ``(n, 2)`` with the nearest mode, int64 ``(n,)``; with 0 without modes."""
        if self.modes is None:
            return np.zeros(len(points), dtype=np.int64)
        return np.square(points[:, None] - self.modes).sum(axis=-1).argmin(axis=1)


def place_ring(count: int) -> np.ndarray:
    """Place centres evenly on the unit circle, the first at (1, 0), ``(count, 2)``."""
    angles = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def place_grid(side: int) -> np.ndarray:
    """Place centres on a square grid over [-1, 1] x [-1, 1], ``(side^2, 2)``."""
    places = np.linspace(-1, 1, side)
    return np.stack(np.meshgrid(places, places, indexing="ij"), axis=-1).reshape(-1, 2)


RING, RING_SIGMA = place_ring(8), 0.01
# in the papers the centres are 2 apart from -4 to 4 and sigma is 0.05; here both are a quarter
GRID, GRID_SIGMA = place_grid(5), 0.05 / 4
PACGAN_SCALE, PACGAN_TRAIN = 4.0, 100_000  # of the grid in the papers; points in PacGAN's code
SPIRAL_NOISE = 0.25  # where the spiral ends 4.5 pi from the origin, as in scikit-learn's Swiss roll
MOONS_NOISE = 0.05  # where the moons are halves of unit circles


def draw_ring8(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from eight Gaussians of standard deviation 0.01, spaced evenly on the unit circle.

    The 2D ring of VEEGAN (Srivastava et al. 2017, arXiv:1705.07761) in the scale that PacGAN
    (Lin et al. 2018, arXiv:1712.04086) gives it; nothing is rescaled.
    """
    return _draw_mixture(RING, RING_SIGMA, n, generator)


def draw_grid25(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from 25 Gaussians of standard deviation 0.0125, on a grid of spacing 0.5.

    The 2D grid of VEEGAN and PacGAN (spacing 2, standard deviation 0.05), divided by 4.
    """
    return _draw_mixture(GRID, GRID_SIGMA, n, generator)


def draw_grid25_pacgan(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from the 2D grid in the scale of the papers: spacing 2, standard deviation 0.05."""
    return _draw_mixture(PACGAN_SCALE * GRID, PACGAN_SCALE * GRID_SIGMA, n, generator)


def draw_spiral(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from a spiral of one and a half turns: the Swiss roll, seen along its axis.

    (t cos t, t sin t) with t uniform in [1.5 pi, 4.5 pi] and Gaussian noise of standard deviation
    0.25, as in WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028); all divided by 4.5 pi.
    """
    angle = 1.5 * np.pi * (1 + 2 * generator.random(n))
    points = angle[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points += SPIRAL_NOISE * generator.standard_normal((n, 2))
    return (points / (4.5 * np.pi)).astype(np.float32)


def draw_two_moons(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from two interleaved half circles: scikit-learn's moons with noise of 0.05.

    The noise is a standard deviation. The moons lie in [-1, 2] x [-0.5, 1]; here they are moved to
    the origin and divided by 1.5.
    """
    angle = np.pi * generator.random(n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.array([1.0, 0.5]) - upper
    points = np.where(generator.random(n)[:, None] < 0.5, upper, lower)
    points += MOONS_NOISE * generator.standard_normal((n, 2))
    return ((points - [0.5, 0.25]) / 1.5).astype(np.float32)


SOURCES: dict[str, Points] = {
    "ring8": Points(draw_ring8, RING, RING_SIGMA),
    "ring8_tricks": Points(draw_ring8, RING, RING_SIGMA),
    "grid25": Points(draw_grid25, GRID, GRID_SIGMA),
    "ring8_pacgan": Points(draw_ring8, RING, RING_SIGMA, train=PACGAN_TRAIN),
    "grid25_pacgan": Points(
        draw_grid25_pacgan,
        PACGAN_SCALE * GRID,
        PACGAN_SCALE * GRID_SIGMA,
        scale=PACGAN_SCALE,
        train=PACGAN_TRAIN,
    ),
    "spiral": Points(draw_spiral),
    "two_moons": Points(draw_two_moons),
}


def _draw_mixture(
    modes: np.ndarray, sigma: float, n: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw from a uniform mixture of Gaussians, float32 ``(n, 2)``."""
    chosen = modes[generator.integers(len(modes), size=n)]
    return (chosen + sigma * generator.standard_normal(chosen.shape)).astype(np.float32)


def count_points(name: str) -> Counts | None:
    """Count the points of a distribution of ``SOURCES``; None for another name."""
    if name not in SOURCES:
        return None
    return Counts(SOURCES[name].train, HELD_OUT["test"], is_divided=True)


def draw_parts(name: str) -> Parts:
    """Draw the points of all parts from the distribution of that name in ``SOURCES``."""
    source = SOURCES[name]
    parts: dict[str, Any] = {}
    for part, count in {"train": source.train, **HELD_OUT}.items():
        points = source.draw(count, np.random.default_rng(stream(0, f"{part} of {name}")))
        parts[part] = SplitArrays(points, source.label(points))
    return Parts(**parts)
