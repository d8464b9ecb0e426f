"""The user's folders of photographs as a data set of super-resolution.

Every photograph becomes RGB as in `folders`, keeps its size except for what remains at the right
and at the bottom when its sides are divided by the scale, and is scaled down as a whole by MATLAB's
bicubic kernel, as in papers. Training patches are drawn, equally many of each photograph, at places
where pixels of both sizes align; test patches are all that lie side by side. The test photographs
are also kept whole, for PSNR and SSIM.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmark.common.messages import nearest, stop
from benchmark.common.paths import expand, is_folder
from benchmark.common.seeds import stream
from benchmark.config import Photographs
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.image_files import load_rgb
from benchmark.data.repeats import check_repeats, digest_pixels
from benchmark.data.sources.downloads import PHOTOS, unpack_archive
from benchmark.data.sources.layouts import list_images
from benchmark.data.sources.superresolution import (
    copy_photographs,
    crop_to_multiple,
    degrade_images,
    recolour_images,
)
from benchmark.data.splits import SplitArrays, Splits

PACKAGED = "photographs"  # names those of scikit-learn and scikit-image
NAMES = (*PHOTOS, PACKAGED)


def load_dataset(block: Photographs) -> Splits:
    """Load the training and the test patches, as of `superresolution.make_photographs`.

    Exits with one line if a folder is missing or empty, or if a photograph cannot be read, is
    smaller than a patch, or lies in both folders.

    Args:
        block: the options of the folders in params.yaml.
    """
    check_files(block)  # before an archive is downloaded
    with open_folder(block.train) as train, open_folder(block.test) as test:
        files = list_images(train), list_images(test)
        train_patches, train_digests = load_patches(train, files[0], block, block.patches)
        test_patches, test_digests = load_patches(test, files[1], block)
        check_repeats(
            (files[0], train_digests),
            (files[1], test_digests),
            is_published=block.train in PHOTOS and block.test in PHOTOS,
        )
        return train_patches, test_patches


def open_folder(place: str) -> AbstractContextManager[Path]:
    """Open the folder that params.yaml names: a path, or one of ``NAMES``."""
    if place == PACKAGED:
        return copy_photographs()
    if place in PHOTOS:
        return unpack_archive(place)
    return nullcontext(find_folder(place))


def find_folder(place: str) -> Path:
    """Return the folder of a path in params.yaml; exits with one line if there is none."""
    folder = expand(place)
    if not is_folder(folder):
        hint = nearest(place, NAMES)
        stop(f"{place}: expected a folder or an archive, got no such name; {hint}")
    return folder


def check_files(block: Photographs) -> None:
    """Exit with one line if a folder of the user is missing or has no photographs."""
    for place in (block.train, block.test):
        if place not in NAMES:
            list_images(find_folder(place), report=lambda line: None)


def load_patches(
    folder: Path, files: Sequence[Path], block: Photographs, drawn: int | None = None
) -> tuple[SplitArrays, list[bytes]]:
    """Load patches of photographs, in shuffled order, and a digest of each photograph.

    Images are uint8 ``(n, 3, side, side)``, conditions uint8 ``(n, 3, side / scale,
    side / scale)``; labels are 0, and the classifier learns degradations. If all patches are cut,
    their photographs are kept whole, too.

    Args:
        folder: of the photographs; a path relative to it seeds the draws of a photograph.
        files: one photograph each.
        block: side of a patch, and the scale.
        drawn: number of patches of all photographs; None for all that lie side by side.
    """

    def cut(index: int) -> tuple[tuple[np.ndarray, ...], np.ndarray | None, bytes]:
        name = files[index].relative_to(folder).as_posix()
        generator = np.random.default_rng(stream(0, f"patches of {name}"))
        share = None if drawn is None else drawn // len(files) + (index < drawn % len(files))
        pixels = np.asarray(load_rgb(files[index]))
        photograph = np.ascontiguousarray(pixels.transpose(2, 0, 1))
        try:
            images, condition = cut_patches(photograph, block, share, generator)
        except ValueError as error:
            raise ValueError(f"{files[index]}: {error}") from error
        learnt = images if drawn is None else recolour_images(images, generator)
        patches = images, condition, *degrade_images(learnt, generator)
        # training photographs may be too many for memory
        whole = crop_to_multiple(photograph, block.scale) if drawn is None else None
        return patches, whole, digest_pixels(pixels)

    with ThreadPoolExecutor() as pool:  # neither Pillow nor NumPy holds Python's lock for long
        try:
            parts, wholes, digests = zip(*pool.map(cut, range(len(files))), strict=True)
        except ValueError as error:
            stop(str(error))
    images, condition, degraded, degradations = (
        np.concatenate(arrays) for arrays in zip(*parts, strict=True)
    )
    # shuffled, else the first patches, which the pages show, are all of one photograph
    order = np.random.default_rng(stream(0, "order of patches")).permutation(len(images))
    groups = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    arrays = SplitArrays(
        images[order],
        np.zeros(len(images), dtype=np.int64),
        condition=condition[order],
        paired=True,
        classifier_inputs=degraded[order],
        classifier_targets=degradations[order],
        groups=groups[order],
        photographs=wholes if drawn is None else None,
    )
    return arrays, list(digests)


def cut_patches(
    pixels: np.ndarray, block: Photographs, share: int | None, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cut patches of a photograph, uint8 ``(n, 3, side, side)``, and smaller ones as conditions.

    Args:
        pixels: the photograph, uint8 ``(3, h, w)``.
        block: side of a patch, and the scale.
        share: number of patches to draw, or all places if there are fewer; None for all patches
            that lie side by side.
        generator: draws the places.

    Raises:
        ValueError: it is smaller than a patch.
    """
    side, scale = block.side, block.scale
    photograph = crop_to_multiple(pixels, scale)
    height, width = photograph.shape[1:]
    if min(height, width) < side:
        raise ValueError(
            f"expected {side}x{side} pixels or more, got {pixels.shape[2]}x{pixels.shape[1]};"
            " remove it, or choose a smaller side"
        )
    small = resize_bicubic(photograph[None], Fraction(1, scale))[0]
    step = side if share is None else scale
    rows, columns = ((length - side) // step + 1 for length in (height, width))
    places = np.arange(rows * columns)
    if share is not None:
        places = generator.choice(places, size=min(share, len(places)), replace=False)
    tops, lefts = step * (places // columns), step * (places % columns)
    return cut_squares(photograph, tops, lefts, side), cut_squares(
        small, tops // scale, lefts // scale, side // scale
    )


def cut_squares(image: np.ndarray, tops: np.ndarray, lefts: np.ndarray, side: int) -> np.ndarray:
    """Copy squares of an image at the given corners, ``(n, c, side, side)``.

    Args:
        image: ``(c, h, w)``.
        tops, lefts: top left corners, ``(n,)`` each.
        side: of a square, in pixels.
    """
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side), axis=(1, 2))
    return np.ascontiguousarray(windows[:, tops, lefts].swapaxes(0, 1))
