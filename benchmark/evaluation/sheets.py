"""Samples as one picture that can be looked at: enlarged, with a gap between them."""

import math

import numpy as np
from PIL import Image

SIDE = 32  # pixels that a sample is enlarged to, at least
GAP = 2  # pixels


def sheet(samples: np.ndarray, columns: int, *, side: int = SIDE) -> Image.Image:
    """Samples ``(n, h, w, channels)`` side by side, enlarged without smoothing, a gap between.

    Each is enlarged by a whole number, to ``side`` pixels or more.
    """
    scale = math.ceil(side / samples.shape[1])
    samples = samples.repeat(scale, axis=1).repeat(scale, axis=2)
    n, height, width, channels = samples.shape
    rows = math.ceil(n / columns)
    canvas = np.zeros(
        (rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, channels + 1), dtype=np.uint8
    )
    for index, sample in enumerate(samples):
        top, left = index // columns * (height + GAP), index % columns * (width + GAP)
        canvas[top : top + height, left : left + width, :-1] = sample
        canvas[top : top + height, left : left + width, -1] = 255  # the gaps stay transparent
    return Image.fromarray(canvas, mode={2: "LA", 4: "RGBA"}[channels + 1])


def places(picture: Image.Image, columns: int) -> int:
    """How many square samples a sheet has room for, with so many to a row."""
    width, height = picture.size
    step = (width + GAP) // columns
    return columns * ((height + GAP) // step)


def moments(snapshots: np.ndarray, columns: int = 10) -> Image.Image:
    """Snapshots of a training run: a row a moment, a column a latent.

    Args:
        snapshots: images, uint8 ``(t, n, c, h, w)``, t > 0; of clips, ``(t, n, c, frames, h, w)``,
            a row has every other frame of the first one.
        columns: the most samples of a row.
    """
    if snapshots.ndim == 6:
        snapshots = snapshots[:, 0, :, ::2].swapaxes(1, 2)
    chosen = snapshots[:, :columns].transpose(0, 1, 3, 4, 2)
    return sheet(chosen.reshape(-1, *chosen.shape[2:]), chosen.shape[1])
