"""Images of several domains between their inputs and the truth, as a picture."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.data.sources.domains import DOMAINS
from benchmark.evaluation.pictures import tile
from benchmark.tracks.translation.pictures import COLUMNS


def save(images: np.ndarray, scorer: Any, path: Path) -> None:
    """Write inputs, outputs and the truth, a row each, to ``path`` with suffix .png.

    Columns are the first inputs for which each domain is asked, in turn.
    """
    count = COLUMNS // len(DOMAINS)
    places = [np.flatnonzero(scorer.domains == domain)[:count] for domain in range(len(DOMAINS))]
    shown = np.stack(places, axis=1).ravel()
    rows = scorer.condition[shown, :3], images[shown], scorer.truth[shown]
    tile(np.concatenate(rows), COLUMNS).save(path.with_suffix(".png"))
