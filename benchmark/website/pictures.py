"""Pictures of the site: samples laid out as PNG."""

import os
import shutil
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.evaluation.pictures import SIDE, sheet
from benchmark.website import DRAWN

COLUMNS = 16  # samples in a row of the pictures that evaluate and references write
STRIP = 8  # samples in a row of the leaderboard


def count_samples(path: Path) -> int:
    """Count the square samples that a picture with ``COLUMNS`` to a row has room for."""
    with Image.open(path) as picture:
        width, height = picture.size
    return COLUMNS * (height // (width // COLUMNS))


def link(path: Path, target: str) -> None:
    """Link a file below results/drawn, or copy it where links cannot reach."""
    try:
        os.link(path.resolve(), DRAWN / target)
    except OSError:  # on another disk
        shutil.copyfile(path, DRAWN / target)


def save(samples: np.ndarray, target: str, columns: int, *, side: int = SIDE) -> None:
    """Save samples as a `sheet` below results/drawn."""
    picture = sheet(samples.transpose(0, 3, 1, 2), columns, side=side)
    picture.save(DRAWN / target, compress_type=zlib.Z_RLE)  # few colours in long runs


def cut(path: Path, columns: int = COLUMNS) -> np.ndarray:
    """Cut a picture of square samples, ``columns`` to a row, uint8 ``(n, h, w, channels)``."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture if picture.mode in ("L", "RGB") else picture.convert("RGB"))
    side = pixels.shape[1] // columns
    rows = pixels.shape[0] // side
    parts = pixels.reshape(rows, side, columns, side, -1).swapaxes(1, 2)
    return parts.reshape(rows * columns, side, side, -1)
