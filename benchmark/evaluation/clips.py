"""Clips as files that can be looked at: all of them in motion, or some of them frame by frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

MOVING = (".gif", ".webp")  # endings of files that show clips in motion
MILLISECONDS = 100  # that a frame is shown


def save(pictures: Sequence[Image.Image], path: Path) -> None:
    """Pictures of one size, one after the other, again and again, as a GIF or a lossless WebP.

    Args:
        pictures: a picture a frame.
        path: ends in one of ``MOVING``.
    """
    moving: dict[str, Any] = {"lossless": True, "method": 2}  # more effort saves a thousandth of it
    if path.suffix == ".gif":
        moving = {"disposal": 2}  # each picture takes the place of the one before
    moving |= {"save_all": True, "append_images": pictures[1:], "loop": 0}
    pictures[0].save(path, duration=MILLISECONDS, **moving)


def frames(clips: np.ndarray) -> np.ndarray:
    """Clips ``(n, c, t, h, w)`` as their frames, ``(n * t, c, h, w)``, those of a clip in a row."""
    n, channels, count, height, width = clips.shape
    return clips.swapaxes(1, 2).reshape(n * count, channels, height, width)
