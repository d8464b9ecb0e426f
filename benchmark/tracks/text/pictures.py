"""Save sentences as text files."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import write_json, write_text

COUNT = 64  # sentences in the file
OF_A_MOMENT = 3  # sentences of each moment of training


def save(tokens: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first sentences, int64 ``(n, length)``, a line each, to ``path`` with .txt."""
    lines = scorer.lexicon.decode(tokens[:COUNT])
    write_text(path.with_suffix(".txt"), "".join(f"{line}\n" for line in lines))


def save_moments(snapshots: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first sentences of each moment, int64 ``(t, n, length)``, to ``path`` with .json.

    The file holds a list of sentences for each moment.
    """
    lines = [scorer.lexicon.decode(tokens[:OF_A_MOMENT]) for tokens in snapshots]
    write_json(path.with_suffix(".json"), lines)
