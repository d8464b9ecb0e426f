"""Save sentences as a text file."""

from pathlib import Path
from typing import Any

import numpy as np

COUNT = 64  # sentences in the file


def save(tokens: np.ndarray, scorer: Any, path: Path) -> None:
    """Write the first sentences, int64 ``(n, length)``, a line each, to ``path`` with .txt."""
    lines = scorer.lexicon.decode(tokens[:COUNT])
    path.with_suffix(".txt").write_text(
        "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n"
    )
