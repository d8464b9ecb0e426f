"""Write files whole or not at all; what cannot be written exits with one line that names it."""

import csv
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.common.messages import stop
from benchmark.common.paths import advise, check_folder, describe, is_folder

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor


def prepare_target(path: Path) -> None:
    """Create the folder of a file to write, before the work; exit with one line if that fails."""
    if is_folder(path):
        stop(f"{path}: expected a file to write, got a folder; add the name of a file")
    check_folder(path.parent)
    with expect_written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # the file is written beside its place, and then moved there
        places = [path.resolve().parent, *([path] if path.exists() else [])]
    if not all(os.access(place, os.W_OK) for place in places):
        stop(f"{path}: expected a file that you may write, got none; choose another folder")


@contextmanager
def expect_written(path: Path) -> Iterator[None]:
    """Exit with one line if the block cannot write a file."""
    try:
        yield
    except Exception as error:  # libraries raise other kinds if a format does not hold the content
        reason = describe(error)
        # NumPy and safetensors do not pass on the number of the error
        is_full = re.search(r"requested and \d+ written|\(os error (27|28|122)\)", reason)
        advice = advise(error, "choose another path")
        advice = "free some space and run again" if is_full else advice
        stop(f"{path}: expected a file to write, got an error ({reason}); {advice}")


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; move it to a path at the end, so that no file is cut off.

    Exits with one line if the file cannot be written; an earlier one is kept.

    Args:
        path: of the file. The temporary path beside it has the same suffix.
    """
    with expect_written(path):
        target = path.resolve()  # a link stays one
        temporary = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
        try:
            yield temporary
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all; exit with one line if that fails."""
    with replace_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any, indent: int | None = 1) -> None:
    """Write a JSON file, whole or not at all; exit with one line if that fails."""
    write_text(path, json.dumps(content, indent=indent) + "\n")


def write_csv(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    """Write rows of CSV, the header first, whole or not at all; exit with one line if that fails.

    Args:
        path: of the file.
        rows: of values.
    """
    with replace_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write an .npz file, whole or not at all; exit with one line if that fails."""
    with replace_file(path) as temporary:
        np.savez(temporary, **arrays)  # type: ignore[arg-type]


def save_tensors(
    path: Path, tensors: dict[str, "Tensor"], metadata: dict[str, str] | None = None
) -> None:
    """Write a safetensors file, whole or not at all; exit with one line if that fails."""
    from safetensors.torch import save_file  # imported late: it imports torch

    with replace_file(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)


def save_picture(path: Path, picture: "Image.Image") -> None:
    """Write a picture by its suffix, whole or not at all; exit with one line if that fails."""
    with replace_file(path) as temporary:
        picture.save(temporary)
