"""Pictures of the site: samples laid out as PNG."""

import os
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.sheets import SIDE, sheet
from benchmark.site import DRAWN

COLUMNS = 16  # samples in a row of the pictures that evaluate and references write
STRIP = 8  # samples in a row of the leaderboard


def count(path: Path, columns: int = COLUMNS) -> int:
    """How many places for square samples a picture has, with so many to a row."""
    with Image.open(path) as picture:
        width, height = picture.size
    return columns * (height // (width // columns))


def link(path: Path, target: str) -> None:
    """A file as it is, below results/drawn: a link, which takes no room, where there can be one."""
    try:
        os.link(path, DRAWN / target)
    except OSError:  # on another disk
        shutil.copyfile(path, DRAWN / target)


def save(samples: np.ndarray, target: str, columns: int, *, side: int = SIDE) -> None:
    """Samples as a `sheet`, to a file below results/drawn."""
    picture = sheet(samples, columns, side=side)
    picture.save(DRAWN / target, compress_level=1)  # a tenth larger, and four times as fast


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


def moments(path: Path, target: str, columns: int = 10) -> None:
    """Snapshots of a training run, of which there are some: a row a moment, a column a latent.

    Of clips, a row has every other frame of the first one.
    """
    with np.load(path) as file:
        images = file["images"]
    if images.ndim == 6:
        images = images[:, 0, :, ::2].swapaxes(1, 2)
    chosen = images[:, :columns].transpose(0, 1, 3, 4, 2)
    save(chosen.reshape(-1, *chosen.shape[2:]), target, chosen.shape[1])
