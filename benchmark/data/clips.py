"""Save clips as animations, and split clips into frames."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

MOVING = (".gif", ".webp")  # suffixes of animations
MILLISECONDS = 100  # duration of a frame


def save_clips(pictures: Sequence[Image.Image], path: Path) -> None:
    """Save pictures of one size as an endless GIF or lossless WebP.

    Args:
        pictures: one for each frame.
        path: ends in one of ``MOVING``.
    """
    moving: dict[str, Any] = {"lossless": True, "method": 2}  # higher methods save only 0.1 %
    if path.suffix == ".gif":
        moving = {"disposal": 2}  # each frame replaces the one before
    moving |= {"save_all": True, "append_images": pictures[1:], "loop": 0}
    pictures[0].save(path, duration=MILLISECONDS, **moving)


def split_frames(clips: np.ndarray) -> np.ndarray:
    """Split clips ``(n, c, t, h, w)`` into frames ``(n * t, c, h, w)``, clip by clip."""
    n, channels, count, height, width = clips.shape
    return clips.swapaxes(1, 2).reshape(n * count, channels, height, width)
