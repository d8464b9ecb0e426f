"""Save translated images with their inputs and ground truth as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import save_picture
from benchmark.data.pixels import match_channels
from benchmark.evaluation.pictures import tile

COLUMNS = 16


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write inputs, outputs and the ground truth if any, a row each, to ``path`` with .png.

    Args:
        images: outputs for the held-out inputs, uint8 ``(n, c, h, w)``; the first are shown.
        scorer: has the inputs and the ground truth.
        path: without the suffix.
    """
    parts = [scorer.condition, images, *([scorer.truth] if scorer.pairs else [])]
    channels = max(part.shape[1] for part in parts)
    rows = [match_channels(part[:COLUMNS], channels) for part in parts]
    # fill incomplete rows, so that each starts a new line
    padded = [np.pad(row, ((0, COLUMNS - len(row)), (0, 0), (0, 0), (0, 0))) for row in rows]
    save_picture(path.with_suffix(".png"), tile(np.concatenate(padded), COLUMNS))
