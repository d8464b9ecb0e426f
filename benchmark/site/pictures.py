"""Pictures of the site: samples laid out as PNG."""

import math
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.site import DRAWN

COLUMNS = 16  # samples in a row of the pictures that evaluate and references write
STRIP = 8  # samples in a row of the leaderboard
SIDE = 32  # pixels that a sample is enlarged to, at least


def count(path: Path, columns: int = COLUMNS) -> int:
    """How many places for square samples a picture has, with so many to a row."""
    with Image.open(path) as picture:
        width, height = picture.size
    return columns * (height // (width // columns))


def copy(path: Path, target: str) -> None:
    """A picture as it is, to a file below results/drawn."""
    shutil.copyfile(path, DRAWN / target)


def save(samples: np.ndarray, target: str, columns: int, *, side: int = SIDE) -> None:
    """Samples as a `sheet`, to a file below results/drawn."""
    sheet(samples, columns, side=side).save(DRAWN / target)


def tiles(path: Path) -> np.ndarray:
    """The square samples of a picture with ``COLUMNS`` to a row, uint8 ``(n, h, w, channels)``."""
    with Image.open(path) as picture:
        return split(picture, COLUMNS)


def split(picture: Image.Image, columns: int) -> np.ndarray:
    """The square samples of a picture, so many to a row, uint8 ``(n, h, w, channels)``."""
    pixels = np.asarray(picture if picture.mode in ("L", "RGB") else picture.convert("RGB"))
    side = pixels.shape[1] // columns
    rows = pixels.shape[0] // side
    parts = pixels.reshape(rows, side, columns, side, -1).swapaxes(1, 2)
    return parts.reshape(rows * columns, side, side, -1)


def sheet(samples: np.ndarray, columns: int, *, side: int = SIDE) -> Image.Image:
    """Samples ``(n, h, w, channels)`` side by side, enlarged without smoothing, a gap between.

    Each is enlarged by a whole number, to ``side`` pixels or more.
    """
    scale = math.ceil(side / samples.shape[1])
    samples = samples.repeat(scale, axis=1).repeat(scale, axis=2)
    n, height, width, channels = samples.shape
    gap, rows = 2, math.ceil(n / columns)
    canvas = np.zeros(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels + 1), dtype=np.uint8
    )
    for index, sample in enumerate(samples):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        canvas[top : top + height, left : left + width, :-1] = sample
        canvas[top : top + height, left : left + width, -1] = 255  # the gaps stay transparent
    return Image.fromarray(canvas, mode={2: "LA", 4: "RGBA"}[channels + 1])


def moments(path: Path, columns: int = 10) -> Image.Image:
    """Snapshots of a training run, of which there are some: a row a moment, a column a latent.

    Of clips, a row has every other frame of the first one.
    """
    with np.load(path) as file:
        images = file["images"]
    if images.ndim == 6:
        images = images[:, 0, :, ::2].swapaxes(1, 2)
    chosen = images[:, :columns].transpose(0, 1, 3, 4, 2)
    return sheet(chosen.reshape(-1, *chosen.shape[2:]), chosen.shape[1])
