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
