"""What can be scored: folders of images, arrays in files, prepared data sets.

Whatever is wrong with one is one line that names the file; nothing is skipped or mended in silence.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from benchmark.common.messages import nearest, stop
from benchmark.data.sources.images import SOURCES

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "YCbCr": "RGB"}  # Pillow's, all of 8 bits
CHUNK = 1024  # images looked at together when the range of floats is sought
SPLITS = ("train", "test")


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


def read(name: str) -> Input:
    """What a name on the command line stands for: a path, else a data set with or without split."""
    path = Path(name)
    if path.is_dir():
        return folder(path)
    if path.is_file():
        return array_file(path)
    dataset, colon, split = name.partition(":")
    if dataset in SOURCES:
        return prepared(dataset, split if colon else "train")
    stop(f"{name}: no such file or folder, nor such a data set; {nearest(dataset, SOURCES)}")


def prepared(dataset: str, split: str) -> Input:
    """A split of a data set that the stage ``prepare`` has written."""
    name = f"{dataset}:{split}"
    if split not in SPLITS:
        stop(f"{name}: no such split; {nearest(split, SPLITS)}")
    file = Path("data") / dataset / split / "images.npy"
    if not file.is_file():
        stop(f"{name}: {file}: no such file; run gan-benchmark prepare {dataset} first")
    found = array_file(file)
    return Input(
        name=name,
        kind=found.kind,
        count=found.count,
        shape=found.shape,
        batches=found.batches,
        dataset=(dataset, split),
    )


def images_in(path: Path) -> list[Path]:
    """The files of a folder and the folders in it that are images by their names, sorted."""
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def folder(path: Path) -> Input:
    """All images of a folder and the folders in it, in the order of their paths.

    The headers of all are read first, so that a file that does not fit shows before the work
    starts; the pixels are read in batches.
    """
    files = images_in(path)
    if not files:
        arrays = sorted([*path.rglob("*.npz"), *path.rglob("*.npy")])
        hint = f"; it has arrays: give one of them, as {arrays[0]}" if arrays else ""
        stop(f"{path}: no image in it ({', '.join(SUFFIXES)}){hint}")
    shape = _header(files[0])
    for file in files[1:]:
        other = _header(file)
        if other[0] != shape[0]:
            stop(
                f"{path}: different channel counts: {files[0].name} has {shape[0]},"
                f" {file.name} has {other[0]}; save all of them as RGB or all as greyscale"
            )
        if other != shape:
            stop(
                f"{path}: mixed sizes: {files[0].name} is {shape[1]}x{shape[2]}, {file.name} is"
                f" {other[1]}x{other[2]} (height x width); bring them to one size first"
            )

    def batches(size: int) -> Iterator[np.ndarray]:
        with ThreadPoolExecutor() as pool:  # Pillow decodes without Python's lock
            for start in range(0, len(files), size):
                yield np.stack(list(pool.map(_pixels, files[start : start + size])))

    return Input(name=str(path), kind="images", count=len(files), shape=shape, batches=batches)


def _header(file: Path) -> tuple[int, int, int]:
    """Channels, height and width, without the pixels."""
    try:
        with Image.open(file) as image:
            mode, (width, height) = image.mode, image.size
            transparent = "transparency" in image.info
    except Exception as error:  # Pillow's plugins raise many kinds, all about the file
        stop(f"{file}: not a whole image ({reason(error)}); replace it or delete it")
    if mode not in MODES or transparent:
        kind = f"mode {mode}" + (" with transparency" if transparent else "")
        stop(f"{file}: {kind}; only 8-bit greyscale and RGB are scored: convert it")
    return (1 if MODES[mode] == "L" else 3), height, width


def _pixels(file: Path) -> np.ndarray:
    """uint8 ``(c, h, w)``."""
    try:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert(MODES[image.mode]))
    except Exception as error:  # as above; here the rest of the file is missing or wrong
        stop(f"{file}: not a whole image ({reason(error)}); replace it or delete it")
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def reason(error: Exception) -> str:
    """The first line of what an error says, or its kind."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def array_file(path: Path) -> Input:
    """An array of uint8 or float images, or of features; an .npy file is not read into memory.

    Of an .npz the array ``images`` is taken, else ``features``, else the first.
    """
    if path.suffix not in (".npy", ".npz"):
        stop(f"{path}: neither a folder nor a file of arrays (.npy, .npz)")
    notes: tuple[str, ...] = ()
    try:
        if path.suffix == ".npy":
            array = np.load(path, mmap_mode="r")
        else:
            with np.load(path) as file:
                names = file.files
                if {"mu", "sigma"} <= set(names):
                    stop(f"{path}: mean and covariance only; give the images or the features")
                if not names:
                    stop(f"{path}: no array in it")
                chosen = next((own for own in ("images", "features") if own in names), names[0])
                if chosen != "images" and len(names) > 1:
                    notes = (f"{path}: array “{chosen}” of {', '.join(names)}",)
                array = file[chosen]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        stop(f"{path}: not a whole {path.suffix} file of numbers ({reason(error)})")
    kind = f"{array.dtype} {array.shape}"
    if array.size == 0:
        stop(f"{path}: {kind}: nothing in it")
    floating = np.issubdtype(array.dtype, np.floating)
    if array.ndim == 2 and floating:
        return _features(path, array, notes)
    if array.ndim not in (3, 4):
        stop(f"{path}: {kind}: neither images (3 or 4 axes) nor features (2 axes of floats)")
    if array.dtype != np.uint8 and not floating:
        stop(f"{path}: {kind}: images are uint8 or floats; save them as uint8")
    return _images(path, array, notes)


def _features(path: Path, array: np.ndarray, notes: tuple[str, ...]) -> Input:
    for start in range(0, len(array), CHUNK):
        bad = ~np.isfinite(array[start : start + CHUNK]).all(axis=1)
        if bad.any():
            stop(f"{path}: features that are not finite, first in row {start + int(bad.argmax())}")

    def batches(size: int) -> Iterator[np.ndarray]:
        for start in range(0, len(array), size):
            yield array[start : start + size].astype(np.float64)

    count, width = array.shape
    return Input(str(path), "features", count, (width,), batches, notes)


def _images(path: Path, array: np.ndarray, notes: tuple[str, ...]) -> Input:
    shape = array.shape
    if array.ndim == 3:
        turn: Callable[[np.ndarray], np.ndarray] = lambda part: part[:, None]  # noqa: E731
        image = (1, *shape[1:])
    else:
        first, last = shape[1] in (1, 3), shape[3] in (1, 3)
        if first == last:
            which = "both axis 1 and axis 3 could be" if first else "neither axis 1 nor axis 3 is"
            stop(f"{path}: {shape}: {which} the channels (1 or 3)")
        turn = (lambda part: part) if first else (lambda part: part.transpose(0, 3, 1, 2))
        image = (shape[1], *shape[2:]) if first else (shape[3], *shape[1:3])
    scale, offset = 1.0, 0.0
    if array.dtype != np.uint8:
        words, scale, offset = _levels(path, array)
        notes = (*notes, f"{path}: floats {words} rounded to 256 levels")

    def batches(size: int) -> Iterator[np.ndarray]:
        for start in range(0, len(array), size):
            part = turn(array[start : start + size])
            if part.dtype != np.uint8:
                part = np.rint((part.astype(np.float64) + offset) * scale).astype(np.uint8)
            yield np.array(part, order="C")  # a copy: plain strides, and writable for torch

    return Input(str(path), "images", len(array), image, batches, notes)


def _levels(path: Path, array: np.ndarray) -> tuple[str, float, float]:
    """The range that floats are in, in words, and the factor and offset that make it 0 to 255."""
    low, high, whole = np.inf, -np.inf, True
    for start in range(0, len(array), CHUNK):
        part = np.asarray(array[start : start + CHUNK])
        if not np.isfinite(part).all():
            stop(f"{path}: pixels that are not finite, among images {start} to {start + len(part)}")
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        whole = whole and bool((part == np.rint(part)).all())
    if low >= 0 and high <= 1:
        return "in [0, 1]", 255.0, 0.0
    if low >= -1 and high <= 1:
        return "in [-1, 1]", 127.5, 1.0
    if low >= 0 and high <= 255 and whole:
        return "in [0, 255], all whole,", 1.0, 0.0
    stop(
        f"{path}: float images from {low:.4g} to {high:.4g}: not a known range; these are [0, 1],"
        " [-1, 1] and whole numbers in [0, 255]"
    )
