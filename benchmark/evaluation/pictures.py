"""Tile samples in pictures, with or without gaps."""

import math

import numpy as np
from PIL import Image

SIDE = 32  # minimum side in pixels of a sample in a sheet
GAP = 2  # pixels between the samples of a sheet


def tile(images: np.ndarray, columns: int, *, scale: int = 1, gap: int = 0) -> Image.Image:
    """Lay images side by side, row by row.

    Args:
        images: uint8 ``(n, c, h, w)``, c 1 or 3.
        columns: images in a row; the last row may have fewer.
        scale: whole number by which each image is enlarged, without smoothing.
        gap: transparent pixels between images; without a gap, missing images are black.
    """
    n, channels = images.shape[:2]
    rows = math.ceil(n / columns)
    tiles = images.repeat(scale, axis=2).repeat(scale, axis=3)
    if gap:
        opaque = np.full_like(tiles[:, :1], 255)
        tiles = np.concatenate([tiles, opaque], axis=1)
    height, width = (side + gap for side in tiles.shape[2:])
    canvas = np.zeros((rows * columns, tiles.shape[1], height, width), dtype=np.uint8)
    canvas[:n, :, : height - gap, : width - gap] = tiles
    picture = canvas.reshape(rows, columns, -1, height, width).transpose(0, 3, 1, 4, 2)
    picture = picture.reshape(rows * height, columns * width, -1)
    picture = picture[: rows * height - gap, : columns * width - gap]
    return Image.fromarray(picture[..., 0] if channels == 1 and not gap else picture)


def sheet(images: np.ndarray, columns: int, *, side: int = SIDE) -> Image.Image:
    """Lay images ``(n, c, h, w)`` side by side with gaps, enlarged to ``side`` pixels or more."""
    return tile(images, columns, scale=math.ceil(side / images.shape[2]), gap=GAP)


def count_places(picture: Image.Image, columns: int) -> int:
    """Count the square samples that fit into a sheet with a number of columns."""
    width, height = picture.size
    step = (width + GAP) // columns
    return columns * ((height + GAP) // step)


def snapshot_sheet(snapshots: np.ndarray, columns: int = 10) -> Image.Image:
    """Lay out the snapshots of a training run: a row for each moment, a column for each latent.

    Args:
        snapshots: images, uint8 ``(t, n, c, h, w)``, t > 0; of clips, ``(t, n, c, frames, h, w)``,
            a row shows every other frame of the first one.
        columns: samples in a row at most.
    """
    if snapshots.ndim == 6:
        snapshots = snapshots[:, 0, :, ::2].swapaxes(1, 2)
    chosen = snapshots[:, :columns]
    return tile(chosen.reshape(-1, *chosen.shape[2:]), chosen.shape[1])
