"""Save enlarged images with their inputs and ground truth as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import save_picture
from benchmark.data.bicubic import resize_bicubic
from benchmark.evaluation.pictures import tile
from benchmark.tracks.translation.pictures import COLUMNS


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write bicubic enlargements, outputs and ground truth, a row each, to a .png."""
    inputs = scorer.condition[:COLUMNS]
    enlarged = resize_bicubic(inputs, images.shape[-1] // inputs.shape[-1])
    rows = enlarged, images[:COLUMNS], scorer.truth[:COLUMNS]
    save_picture(path.with_suffix(".png"), tile(np.concatenate(rows), COLUMNS))
