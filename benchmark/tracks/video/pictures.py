"""Save clips as an animation, and frame by frame."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.writing import replace_file, save_picture
from benchmark.data import clips as clip_files
from benchmark.evaluation.pictures import sheet, tile

COLUMNS, COUNT = 8, 24  # clips in the animation, about 80 KB of WebP
STRIPS = 4  # of these, clips in the picture of frames


def save(clips: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first clips as an animation, .webp, and frame by frame, .png.

    Args:
        clips: uint8 ``(n, c, t, h, w)``.
        scorer: ignored.
        path: without the suffix.
    """
    frames = clips[:COUNT].swapaxes(0, 2).swapaxes(1, 2)  # (t, n, c, h, w)
    with replace_file(path.with_suffix(".webp")) as temporary:
        clip_files.save_clips([sheet(frame, COLUMNS) for frame in frames], temporary)
    strips = clip_files.split_frames(clips[:STRIPS])
    save_picture(path.with_suffix(".png"), tile(strips, clips.shape[2]))


def tile_frames(clips: np.ndarray, columns: int = COLUMNS) -> list[Image.Image]:
    """Make a picture for each moment of clips, uint8 ``(n, c, t, h, w)``: all side by side."""
    return [tile(clips[:, :, moment], columns) for moment in range(clips.shape[2])]
