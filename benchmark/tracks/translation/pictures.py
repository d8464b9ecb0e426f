"""Translated images between their inputs and the truth, as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.data.pixels import match_channels
from benchmark.evaluation.pictures import tile

COLUMNS = 16


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write inputs, outputs and the truth if there is one, a row each, to ``path`` with .png.

    Args:
        images: outputs for the held-out inputs, uint8 ``(n, c, h, w)``; the first ones are shown.
        scorer: holds the inputs and the truth.
        path: without the suffix.
    """
    shown = [scorer.condition, images, *([scorer.truth] if scorer.pairs else [])]
    most = max(part.shape[1] for part in shown)
    rows = [match_channels(part[:COLUMNS], most) for part in shown]
    # a row that is not full would draw the next one up
    full = [np.pad(row, ((0, COLUMNS - len(row)), (0, 0), (0, 0), (0, 0))) for row in rows]
    tile(np.concatenate(full), COLUMNS).save(path.with_suffix(".png"))
