"""Save samples of images as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import save_picture
from benchmark.config.runs import Run
from benchmark.evaluation import walks
from benchmark.evaluation.pictures import tile
from gans.common.variant import Variant

COUNT = 64  # samples in a picture
COLUMNS = 16


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first images, uint8 ``(n, c, h, w)``, to ``path`` with suffix .png.

    The scorer is not used: only other tracks show more than the images.
    """
    save_picture(path.with_suffix(".png"), tile(images[:COUNT], COLUMNS))


def write_playground(variant: Variant, run: Run) -> None:
    """Write a walk through the latent space, and the generator as a script for the page."""
    walks.write_walk(variant, run)
