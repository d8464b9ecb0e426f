"""Save points in the plane as a picture."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.writing import save_picture
from benchmark.config.runs import Run
from benchmark.evaluation import films
from benchmark.tracks.toy.scoring import EDGE

SIDE = 120  # pixels of a picture


def save(points: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the density of points ``(n, 2)`` as a picture; points outside are left out."""
    save_picture(path.with_suffix(".png"), draw(points / scorer.source.scale))


def draw(points: np.ndarray) -> Image.Image:
    """Draw the density of points ``(n, 2)`` in a square of half side `EDGE`."""
    x, y = points[:, 0], -points[:, 1]  # the y axis of pictures points down
    counts, _, _ = np.histogram2d(y, x, bins=SIDE, range=[(-EDGE, EDGE)] * 2)
    ink = np.log1p(counts) / np.log1p(max(counts.max(), 1))
    return Image.fromarray((255 * (1 - ink)).astype(np.uint8))


def write_playground(run: Run) -> None:
    """Write the film of a run."""
    films.write_run_film(run)
