"""Load inputs for scoring: folders of images, files of arrays, prepared data sets.

Each problem exits with one line that names the file; nothing is skipped or repaired silently.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from benchmark.common.messages import nearest, quote_empty, stop, summarise_error
from benchmark.common.paths import is_folder, is_readable_file
from benchmark.data.image_files import (
    EXPECTED,
    find_images,
    is_deep,
    is_reduced,
    open_image,
    read_pixels,
    read_size,
)
from benchmark.data.sources.images import SOURCES

MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "YCbCr": "RGB"}  # Pillow's, all of 8 bits
CHUNK = 1024  # images read at once to find the range of floats
SPLITS = ("train", "validation", "test")
CLEARLY_SIGNED = 0.5  # minus this and less: in [-1, 1]. Overshoots of [0, 1] come close to 0
LARGEST = 1e15  # of a feature, as metrics take the sixth power of it, partly in float32


@dataclass(frozen=True)
class Input:
    """Images or features that can be read in batches.

    ``shape`` is ``(c, h, w)`` of an image or ``(d,)`` of features. ``batches(n)`` gives uint8
    ``(b, c, h, w)`` or float64 ``(b, d)`` with b up to n; only one batch is held. ``dataset`` is
    name and split where the input is a prepared data set.
    """

    name: str
    kind: Literal["images", "features"]
    count: int
    shape: tuple[int, ...]
    batches: Callable[[int], Iterator[np.ndarray]]
    notes: tuple[str, ...] = ()
    dataset: tuple[str, str] | None = None

    def __str__(self) -> str:
        channels, *size = self.shape
        what = (
            f"{channels} features" if self.kind == "features" else f"{size[0]}x{size[1]}x{channels}"
        )
        kind = "vectors" if self.kind == "features" else "images"
        return f"{self.name}: {self.count:,} {kind} of {what}"


def load_input(name: str) -> Input:
    """Load the input of a name: a path, else a data set with or without a split."""
    path = Path(name)
    if name and is_folder(path):
        return load_folder(path)
    if is_readable_file(path):
        return load_array(path)
    dataset, colon, split = name.partition(":")
    if dataset in SOURCES:
        return load_prepared(dataset, split if colon else "train")
    hint = nearest(dataset, SOURCES)
    stop(f"{quote_empty(name)}: expected a file, a folder or a data set, got no such name; {hint}")


def load_prepared(dataset: str, split: str) -> Input:
    """Load a split of a data set that the stage ``prepare`` has written."""
    name = f"{dataset}:{split}"
    if split not in SPLITS:
        stop(f"{name}: expected a split, got {quote_empty(split)}; {nearest(split, SPLITS)}")
    file = Path("data") / dataset / split / "images.npy"
    if not is_readable_file(file):
        stop(f"{name}: expected {file}, got no such file; run gan-benchmark prepare {dataset}")
    images = load_array(file)
    return Input(
        name=name,
        kind=images.kind,
        count=images.count,
        shape=images.shape,
        batches=images.batches,
        dataset=(dataset, split),
    )


def load_folder(path: Path) -> Input:
    """Load all images of a folder and its subfolders, in the order of their paths.

    All headers are read first, so that an unsuitable file is reported before the work starts; the
    pixels are read in batches.
    """
    notes: list[str] = []
    files = find_images(path, report=notes.append)
    if not files:
        arrays = sorted([*path.rglob("*.npz"), *path.rglob("*.npy")])
        hint = f"give one of its arrays, such as {arrays[0]}" if arrays else "add some"
        hint = "; ".join([hint, *notes])
        stop(f"{path}: expected {EXPECTED}, got none; {hint}")
    shape, reduced = _load_header(files[0])
    for file in files[1:]:
        other, is_reduced_too = _load_header(file)
        reduced = reduced or is_reduced_too
        if other[0] != shape[0]:
            stop(
                f"{path}: expected one number of channels, got {shape[0]} in {files[0].name} and"
                f" {other[0]} in {file.name}; save all images as RGB or all as greyscale"
            )
        if other != shape:
            stop(
                f"{path}: expected one size, got {shape[1]}x{shape[2]} of {files[0].name} and"
                f" {other[1]}x{other[2]} of {file.name} (height x width); resize the images first"
            )

    def batches(size: int) -> Iterator[np.ndarray]:
        with ThreadPoolExecutor() as pool:  # Pillow decodes without Python's lock
            for start in range(0, len(files), size):
                yield np.stack(list(pool.map(_load_pixels, files[start : start + size])))

    if reduced:
        notes.append(f"{path}: levels of more than 8 bits reduced to 256 levels")
    return Input(str(path), "images", len(files), shape, batches, tuple(notes))


def _load_header(file: Path) -> tuple[tuple[int, int, int], bool]:
    """Load channels, height and width of an image, and whether it has more than 8 bits."""
    try:
        with open_image(file) as image:
            mode, deep, size = image.mode, is_deep(image), read_size(image)
            reduced = is_reduced(image)
            transparent = "transparency" in image.info
    except ValueError as error:
        stop(str(error))
    if (mode not in MODES and not deep) or transparent:
        kind = f"mode {mode}" + (" with transparency" if transparent else "")
        stop(f"{file}: expected greyscale or RGB of 8 bits, got {kind}; convert it")
    return (1 if deep or MODES[mode] == "L" else 3, *size), reduced


def _load_pixels(file: Path) -> np.ndarray:
    """Load the pixels of an image, uint8 ``(c, h, w)``."""
    try:
        with open_image(file) as image:
            read = read_pixels(image)
            pixels = np.asarray(read.convert(MODES[read.mode]))
    except ValueError as error:  # here the rest of the file is missing or wrong
        stop(str(error))
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def load_array(path: Path) -> Input:
    """Load an array of uint8 or float images, or of features; an .npy file is memory-mapped.

    An .npz is read for the array ``images``, else ``features``, else the first.
    """
    if path.suffix not in (".npy", ".npz"):
        stop(
            f"{path}: expected a folder or a file of arrays (.npy, .npz), got"
            f" {path.suffix or 'no suffix'}; convert it"
        )
    notes: tuple[str, ...] = ()
    try:
        if path.suffix == ".npy":
            array = np.load(path, mmap_mode="r")
        else:
            with np.load(path) as file:
                names = file.files
                if {"mu", "sigma"} <= set(names):
                    stop(
                        f"{path}: expected images or features, got a mean and a covariance; give"
                        " the images or the features"
                    )
                if not names:
                    stop(f"{path}: expected an array, got none; save one in it")
                chosen = next((name for name in ("images", "features") if name in names), names[0])
                if chosen != "images" and len(names) > 1:
                    notes = (f"{path}: array “{chosen}” of {', '.join(names)}",)
                array = file[chosen]
    except Exception as error:  # NumPy raises many kinds, all about the file
        stop(
            f"{path}: expected a {path.suffix} file of numbers, got an error"
            f" ({summarise_error(error)}); save it again"
        )
    if not isinstance(array, np.ndarray):  # a file of another kind under this suffix
        stop(f"{path}: expected a {path.suffix} file of numbers, got another file; rename it")
    kind = f"{array.dtype} {array.shape}"
    if array.size == 0:
        stop(f"{path}: expected one sample or more, got {kind}; save it again")
    floating = np.issubdtype(array.dtype, np.floating)
    if array.ndim == 2 and floating:
        return _make_features_input(path, array, notes)
    if array.ndim not in (3, 4):
        stop(
            f"{path}: expected images (3 or 4 axes) or features (2 axes of floats), got {kind};"
            " reshape or convert them"
        )
    if array.dtype != np.uint8 and not floating:
        stop(f"{path}: expected images as uint8 or floats, got {kind}; save them as uint8")
    return _make_images_input(path, array, notes)


def _make_features_input(path: Path, array: np.ndarray, notes: tuple[str, ...]) -> Input:
    for start in range(0, len(array), CHUNK):
        # a comparison with NaN is false
        part = array[start : start + CHUNK].astype(np.float64)
        bad = ~(np.abs(part) <= LARGEST).all(axis=1)
        if bad.any():
            row = start + int(bad.argmax())
            stop(
                f"{path}: expected finite features of at most {LARGEST:g}, got others, first in row"
                f" {row}; remove or rescale them"
            )

    def batches(size: int) -> Iterator[np.ndarray]:
        for start in range(0, len(array), size):
            yield array[start : start + size].astype(np.float64)

    count, width = array.shape
    return Input(str(path), "features", count, (width,), batches, notes)


def _make_images_input(path: Path, array: np.ndarray, notes: tuple[str, ...]) -> Input:
    shape = array.shape
    if array.ndim == 3 and shape[2] in (3, 4):
        stop(
            f"{path}: expected images (n, h, w) or (n, h, w, c), got shape {shape}, which may be"
            " one image; add an axis for the number of images"
        )
    if array.ndim == 3:
        transpose: Callable[[np.ndarray], np.ndarray] = lambda part: part[:, None]  # noqa: E731
        image = (1, *shape[1:])
    else:
        is_channels_first, is_channels_last = shape[1] in (1, 3), shape[3] in (1, 3)
        if is_channels_first == is_channels_last:
            count = "two" if is_channels_first else "none"
            stop(
                f"{path}: expected 1 or 3 channels on axis 1 or on axis 3, got {count} of these in"
                f" shape {shape}; save images as RGB or greyscale, or in a folder"
            )
        transpose = (
            (lambda part: part) if is_channels_first else (lambda part: part.transpose(0, 3, 1, 2))
        )
        image = (shape[1], *shape[2:]) if is_channels_first else (shape[3], *shape[1:3])
    scale, offset = 1.0, 0.0
    if array.dtype == np.uint8 and all(
        array[start : start + CHUNK].max() <= 1 for start in range(0, len(array), CHUNK)
    ):
        notes = (*notes, f"{path}: no level above 1 of 255: multiply them if 1 stands for white")
    if array.dtype != np.uint8:
        range_text, scale, offset = _find_range(path, array)
        notes = (*notes, f"{path}: floats {range_text} rounded to 256 levels")

    def batches(size: int) -> Iterator[np.ndarray]:
        for start in range(0, len(array), size):
            part = transpose(array[start : start + size])
            if part.dtype != np.uint8:
                part = np.rint((part.astype(np.float64) + offset) * scale).astype(np.uint8)
            yield np.array(part, order="C")  # a copy: plain strides, and writable for torch

    return Input(str(path), "images", len(array), image, batches, notes)


def _find_range(path: Path, array: np.ndarray) -> tuple[str, float, float]:
    """Find the range of floats: its text, and the factor and offset that map it to 0 to 255."""
    low, high, is_integer = np.inf, -np.inf, True
    for start in range(0, len(array), CHUNK):
        part = np.asarray(array[start : start + CHUNK])
        if not np.isfinite(part).all():
            stop(
                f"{path}: expected finite pixels, got others among images {start} to"
                f" {start + len(part)}; remove them"
            )
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        is_integer = is_integer and bool((part == np.rint(part)).all())
    half = 0.5 / 255  # of a level of [0, 1]: errors of rounding leave a range, and are rounded away
    if low >= -half and high <= 1 + half:
        return "in [0, 1]", 255.0, 0.0
    if -1 - 2 * half <= low <= -CLEARLY_SIGNED and high <= 1 + 2 * half:
        return "in [-1, 1]", 127.5, 1.0
    if low >= 0 and high <= 255 and is_integer:
        return "in [0, 255], all whole,", 1.0, 0.0
    hint = "clip them to [0, 1], or rescale them" if -CLEARLY_SIGNED < low < 0 else "rescale them"
    stop(
        f"{path}: expected floats in [0, 1], floats in [-1, 1] or whole numbers in [0, 255], got"
        f" floats from {low:.4g} to {high:.4g}; {hint}"
    )
