"""Save sentences as a text file."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.writing import write_text

COUNT = 64  # sentences in the file


def save(tokens: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first sentences, int64 ``(n, length)``, a line each, to ``path`` with .txt."""
    lines = scorer.lexicon.decode(tokens[:COUNT])
    write_text(path.with_suffix(".txt"), "".join(f"{line}\n" for line in lines))
