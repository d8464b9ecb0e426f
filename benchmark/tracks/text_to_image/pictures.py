"""Save samples as a picture, as those of the images track, and their captions as text."""

from pathlib import Path

from benchmark.common.writing import write_text
from benchmark.data.captions import decode_captions
from benchmark.data.splits import load_condition, load_vocabulary
from benchmark.tracks.images.pictures import save

__all__ = ["save", "save_captions"]

COUNT = 8  # captions in the file


def save_captions(dataset: str, path: Path) -> None:
    """Write the first held-out captions of a data set, to which the first samples belong."""
    condition = load_condition(dataset, "test")
    assert condition is not None  # all data sets of this track have captions
    lines = decode_captions(condition[:COUNT], load_vocabulary(dataset))
    write_text(path, "".join(f"{line}\n" for line in lines))
