"""Save inputs, outputs and ground truth of several domains as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import save_picture
from benchmark.data.sources.domains import DOMAINS
from benchmark.evaluation.pictures import tile
from benchmark.tracks.translation.pictures import COLUMNS


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write inputs, outputs and ground truth, a row each, to ``path`` with suffix .png.

    Columns are the first inputs of each target domain, in turn.
    """
    count = COLUMNS // len(DOMAINS)
    indices = [np.flatnonzero(scorer.domains == domain)[:count] for domain in range(len(DOMAINS))]
    selected = np.stack(indices, axis=1).ravel()
    rows = scorer.condition[selected, :3], images[selected], scorer.truth[selected]
    save_picture(path.with_suffix(".png"), tile(np.concatenate(rows), COLUMNS))
