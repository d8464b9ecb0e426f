"""Folders of photographs as a data set: patches, and the smaller images that they are made from.

Every photograph becomes RGB as in `folders`, keeps its size but for what is over at the right and
below when its sides are divided by the scale, and is made smaller as a whole by MATLAB's bicubic
kernel, as in papers. Patches to train on are drawn, of each photograph as many, at places
where pixels of both sizes meet; those to test on are all that lie side by side.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmark.common.messages import nearest, stop
from benchmark.common.seeds import stream
from benchmark.config import Photographs
from benchmark.data.bicubic import resize
from benchmark.data.sources.downloads import PHOTOS, unpacked
from benchmark.data.sources.folders import own_files, whole
from benchmark.data.sources.superresolution import Lesson, lessons


def dataset(block: Photographs) -> tuple[Lesson, Lesson]:
    """The patches to train and to test on, as of `superresolution.photographs`.

    Exits with one line if a folder is missing or empty, if a photograph cannot be read or is
    smaller than a patch, or if it lies in both folders.
    """
    with opened(block.train) as train, opened(block.test) as test:
        files = own_files(train), own_files(test)
        if both := {own.resolve() for own in files[0]} & {own.resolve() for own in files[1]}:
            stop(f"{min(both)}: both to train and to test on; take it out of one of the folders")
        return read(train, files[0], block, block.patches), read(test, files[1], block)


def opened(place: str) -> AbstractContextManager[Path]:
    """The folder that a line of params.yaml names: a path, or one of ``downloads.PHOTOS``."""
    if place in PHOTOS:
        return unpacked(place)
    folder = Path(place).expanduser()
    if not folder.is_dir():
        stop(f"{place}: no such folder, nor such an archive; {nearest(place, PHOTOS)}")
    return nullcontext(folder)


def read(
    folder: Path, files: Sequence[Path], block: Photographs, drawn: int | None = None
) -> Lesson:
    """Patches of photographs in a drawn order, or the first to be shown would all be of one.

    Args:
        folder: where they lie; the path from there seeds what is drawn of each.
        files: one photograph each.
        block: side of a patch, and the scale.
        drawn: patches of all of them; None for all that lie side by side.

    Returns:
        Images, uint8 ``(n, 3, side, side)``; labels, all 0, int64 ``(n,)``; what is given, uint8
        ``(n, 3, side / scale, side / scale)``; that these are pairs; and what a classifier learns.
    """

    def take(index: int) -> tuple[np.ndarray, ...]:
        name = files[index].relative_to(folder).as_posix()
        generator = np.random.default_rng(stream(0, f"patches of {name}"))
        share = None if drawn is None else drawn // len(files) + (index < drawn % len(files))
        images, given = patches(files[index], block, share, generator)
        return images, given, *lessons(images, generator)

    with ThreadPoolExecutor() as pool:  # neither Pillow nor NumPy holds Python's lock for long
        try:
            parts = list(pool.map(take, range(len(files))))
        except ValueError as error:
            stop(str(error))
    images, given, changed, kinds = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.random.default_rng(stream(0, "order of patches")).permutation(len(images))
    labels = np.zeros(len(images), dtype=np.int64)
    return images[order], labels, given[order], np.True_, changed[order], kinds[order]


def patches(
    file: Path, block: Photographs, share: int | None, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Patches of a photograph, uint8 ``(n, 3, side, side)``, and what they are made from.

    Args:
        file: the photograph.
        block: side of a patch, and the scale.
        share: how many are drawn, if there are as many places; None for all side by side.
        generator: that draws the places.

    Raises:
        ValueError: it is not whole, or smaller than a patch.
    """
    side, scale = block.side, block.scale
    pixels = np.asarray(whole(file)).transpose(2, 0, 1)[None]
    height, width = (own - own % scale for own in pixels.shape[2:])
    if min(height, width) < side:
        raise ValueError(
            f"{file}: {pixels.shape[3]}x{pixels.shape[2]} pixels, and a patch has {side}x{side};"
            " leave it out, or choose a smaller side"
        )
    photograph = pixels[..., :height, :width]
    small = resize(photograph, Fraction(1, scale))
    step = side if share is None else scale
    rows, columns = ((own - side) // step + 1 for own in (height, width))
    places = np.arange(rows * columns)
    if share is not None:
        places = generator.choice(places, size=min(share, len(places)), replace=False)
    tops, lefts = step * (places // columns), step * (places % columns)
    return cut(photograph, tops, lefts, side), cut(
        small, tops // scale, lefts // scale, side // scale
    )


def cut(image: np.ndarray, tops: np.ndarray, lefts: np.ndarray, side: int) -> np.ndarray:
    """Squares of an image ``(1, c, h, w)`` whose upper left corners are given, as a copy."""
    windows = np.lib.stride_tricks.sliding_window_view(image[0], (side, side), axis=(1, 2))
    return np.ascontiguousarray(windows[:, tops, lefts].swapaxes(0, 1))
