"""Outputs of the reference rows for whole photographs."""

from collections.abc import Callable

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.splits import load_split

# of a photograph, uint8 (3, h, w), and its reduction, uint8 (3, h / scale, w / scale), the output,
# uint8 (3, h, w)
Enlarge = Callable[[np.ndarray, np.ndarray], np.ndarray]


def make_reference(dataset: str, row: str, seed: int) -> Enlarge | None:
    """Make the function that gives the outputs of a reference row; None for rows without any.

    Args:
        dataset: name of the data set.
        row: ``held_out`` for the photograph itself, ``bicubic`` for its enlarged reduction,
            ``memoriser`` for training patches side by side, ``noise`` for uniform noise.
        seed: of the patches and of the noise.
    """
    generator = np.random.default_rng(stream(seed, f"photographs of {row}"))
    if row == "held_out":
        return lambda photograph, small: photograph
    if row == "bicubic":
        return lambda photograph, small: enlarge_bicubic(small, len(photograph[0]) // len(small[0]))
    if row == "memoriser":
        patches, _ = load_split(dataset, "train")
        return lambda photograph, small: tile_patches(patches, photograph.shape[1:], generator)
    if row == "noise":
        return lambda photograph, small: generator.integers(
            0, 256, size=photograph.shape, dtype=np.uint8
        )
    return None


def enlarge_bicubic(image: np.ndarray, scale: int) -> np.ndarray:
    """Enlarge an image, uint8 ``(3, h, w)``, to uint8 ``(3, scale * h, scale * w)``."""
    return resize_bicubic(image[None], scale)[0]


def tile_patches(
    patches: np.ndarray, size: tuple[int, ...], generator: np.random.Generator
) -> np.ndarray:
    """Lay drawn patches, uint8 ``(n, c, s, s)``, side by side, uint8 ``(c, *size)``.

    Args:
        patches: to draw from, with replacement.
        size: height and width of the result, which cuts the patches at its end.
        generator: draws the patches.
    """
    channels, side = patches.shape[1:3]
    rows, columns = (-(-length // side) for length in size)
    drawn = patches[generator.integers(len(patches), size=rows * columns)]
    grid = drawn.reshape(rows, columns, channels, side, side).transpose(2, 0, 3, 1, 4)
    return grid.reshape(channels, rows * side, columns * side)[:, : size[0], : size[1]]
