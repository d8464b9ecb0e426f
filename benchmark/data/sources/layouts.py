"""Folders of images: splits, and images that are held out without them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmark.common.messages import stop
from benchmark.common.paths import is_file, is_folder
from benchmark.common.seeds import stream
from benchmark.data.image_files import EXPECTED, find_images, summarise_names
from benchmark.data.sizes import Counts

HELD_OUT = 10  # one image in ten
SPLIT_NAMES = ("train", "training", "test", "testing", "val", "valid", "validation")


def find_split_folders(path: Path) -> list[Path]:
    """Find the folders of training and held-out images; the folder itself if there are none."""
    if not is_folder(path / "train"):
        return [path]
    held_out = [path / name for name in ("test", "val") if is_folder(path / name)]
    return [path / "train", *held_out[:1]]


def check_split_names(path: Path, read: Sequence[Path], *, layout: str) -> None:
    """Exit with one line if a folder is named like a split, but is not read as one.

    Args:
        path: whose subfolders are checked; images in it, beside splits, are reported.
        read: folders of splits in it, or the folder itself.
        layout: names of the folders of splits.
    """
    for child in sorted(path.iterdir()):
        is_unused = child.name == "val" and path / "test" in read
        is_split = child.name.lower() in SPLIT_NAMES and child.is_dir()
        if is_split and child not in read and not is_unused:
            stop(f"{child}: expected splits in the folders {layout}, got this one; rename it")
    if read and path not in read:
        files = find_images(path, report=lambda line: None)
        if beside := [file.name for file in files if file.parent == path]:
            print(f"{path}: {summarise_names(beside)} left out, beside the folders of splits")


def expect_folder(path: Path) -> None:
    """Exit with one line if a path is no folder."""
    if not is_folder(path):
        got = "a file" if is_file(path) else "none"
        stop(f"{path}: expected a folder, got {got}; correct the path")


def list_images(folder: Path, *, report: Callable[[str], None] = print) -> list[Path]:
    """List the images of a folder; exits with one line if there are none.

    Args:
        folder: to search.
        report: gets a line that names what is left out, if anything is.
    """
    expect_folder(folder)
    if not (files := find_images(folder, report=report)):
        stop(f"{folder}: expected {EXPECTED}, got none; add some")
    return files


def choose_held_out(count: int, name: str) -> np.ndarray:
    """Choose a tenth to hold out, at least one: a boolean mask, ``(count,)``."""
    order = np.random.default_rng(stream(0, f"held out of {name}")).permutation(count)
    return order < max(1, count // HELD_OUT)


def count_files(folder: Path) -> int:
    """Count the images of a folder by the names of its files; 0 if there is no folder."""
    return len(find_images(folder, report=lambda line: None)) if is_folder(folder) else 0


def count_held_out(counts: Sequence[int], *, has_pairs: bool = False) -> Counts:
    """Count training and held-out images, given those of each split or of all together."""
    train, held_out = (*counts, max(1, counts[0] // HELD_OUT))[:2]
    return Counts(train if len(counts) > 1 else train - held_out, held_out, has_pairs)
