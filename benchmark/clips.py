"""Clips as files that can be looked at: all of them in motion, or some of them frame by frame."""

from collections.abc import Sequence
from pathlib import Path

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
    options = {"lossless": True, "method": 6} if path.suffix == ".webp" else {"disposal": 2}
    first, *rest = pictures
    first.save(
        path, save_all=True, append_images=rest, duration=MILLISECONDS, loop=0, **options
    )  # fmt: skip


def frames(clips: np.ndarray) -> np.ndarray:
    """Clips ``(n, c, t, h, w)`` as their frames, ``(n * t, c, h, w)``, those of a clip in a row."""
    n, channels, count, height, width = clips.shape
    return clips.swapaxes(1, 2).reshape(n * count, channels, height, width)
