"""The user's folders of images as a data set of image translation.

Two layouts, chosen by ``target``, which names the images to generate; the others are conditions:

- ``A`` or ``B``: folders trainA, trainB, testA and testB, or only A and B. The two images of a pair
  have the same name, up to the suffix.
- ``left`` or ``right``: two images side by side in each file, in the folders train and test, or
  train and val, or directly in the folder.

Without a folder of held-out images, a tenth is held out, drawn with a fixed seed. Every image
is read as in `benchmark.data.image_files`, becomes RGB, and is blended with white where it is
transparent. Its shorter edge is scaled to the chosen side (bicubic, antialiased), and its longer
edge is cropped at both ends.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmark.common.messages import stop
from benchmark.common.paths import expand, is_folder
from benchmark.config import Folder
from benchmark.config.sources import Target
from benchmark.data.image_files import load_rgb
from benchmark.data.repeats import Pictures, check_repeats, digest_pixels
from benchmark.data.sizes import Counts
from benchmark.data.sources.downloads import ARCHIVES, unpack_archive
from benchmark.data.sources.layouts import (
    check_split_names,
    choose_held_out,
    count_files,
    count_held_out,
    expect_folder,
    find_split_folders,
    list_images,
)
from benchmark.data.splits import SplitArrays, Splits

Files = tuple[list[Path], list[Path]]  # of a split: images to generate, and conditions
HALVES = ("left", "right")
STRETCH = 0.02  # relative difference of aspect ratio within a pair, as sides are rounded
CHUNK = 256  # images read before the first damaged one is reported


def load_dataset(name: str, block: Folder) -> Splits:
    """Load the training and the held-out images of a folder, or of an archive of that name.

    Exits with one line if a file is missing or does not fit.

    Args:
        name: of the data set; a name in ``downloads.ARCHIVES`` stands for the authors' archive.
        block: the options of the folder in params.yaml.
    """
    archive = ARCHIVES.get(name)
    if archive is not None:
        with unpack_archive(name) as folder:
            target = block.target or archive.target
            return read_folder(
                folder, side=block.side, target=target, paired=archive.paired, is_published=True
            )
    folder, target, paired = find_options(block)
    return read_folder(folder, side=block.side, target=target, paired=paired)


def find_options(block: Folder) -> tuple[Path, Target, bool]:
    """Return path, target and whether there are pairs, of a user's folder."""
    assert block.path is not None and block.paired is not None  # config.load_params requires both
    return expand(block.path), block.target or "B", block.paired


def list_splits(block: Folder) -> list[Files]:
    """List the files of the training and of the held-out images of a user's folder.

    Exits with one line if there are none, or if one of a pair is missing.
    """
    return list_files(*find_options(block))


def read_folder(
    path: Path, *, side: int, target: Target, paired: bool, is_published: bool = False
) -> Splits:
    """Read the training and the held-out images of a folder.

    Exits with one line if a file is missing, is damaged, or does not match its pair, or if an image
    (of pairs, the image to generate) is in both splits. Images are
    uint8 ``(n, 3, side, side)``, conditions uint8 ``(m, 3, side, side)``, with m = n for pairs;
    labels are 0.

    Args:
        path: a folder in one of the layouts above.
        side: of the images, in pixels.
        target: the half, or the folder, of the images to generate.
        paired: whether each image belongs to a condition.
        is_published: whether the splits are those of the authors.
    """
    splits = list_files(path, target, paired)
    half = HALVES.index(target) if target in HALVES else None
    parts = []
    for targets, sources in splits:
        images, ratios = load_pixels(targets, side, half=half)
        condition, source_ratios = load_pixels(
            sources, side, half=None if half is None else 1 - half
        )
        if paired:
            for file, source, ratio, source_ratio in zip(
                targets, sources, ratios, source_ratios, strict=True
            ):
                if abs(ratio - source_ratio) > STRETCH * source_ratio:
                    stop(
                        f"{file}: expected the aspect ratio of {source}, {source_ratio:.3g}, got"
                        f" {ratio:.3g}; crop the two images of a pair alike"
                    )
        labels = np.zeros(len(images), dtype=np.int64)
        parts.append(SplitArrays(images, labels, condition=condition, paired=paired))
    train, test = parts
    # the conditions of pairs, such as maps of labels, may be alike
    for number, arrays in enumerate(["images"] if paired else ["images", "condition"]):
        pictures = [
            _digest_pictures(files[number], getattr(part, arrays))
            for files, part in zip(splits, parts, strict=True)
        ]
        check_repeats(*pictures, is_published=is_published)
    return train, test


def list_files(path: Path, target: Target, paired: bool) -> list[Files]:
    """List the files of each split; exits with one line if one is missing."""
    expect_folder(path)
    return _list_halves(path) if target in HALVES else _list_two_folders(path, target, paired)


def _digest_pictures(files: Sequence[Path], images: np.ndarray) -> Pictures:
    """Compute digests of the images of files; those of one colour, which may be alike, are out."""
    shown = [(file, image) for file, image in zip(files, images, strict=True) if np.ptp(image)]
    return [file for file, _ in shown], [digest_pixels(image) for _, image in shown]


def count_images(block: Folder) -> Counts | None:
    """Count the images of a folder by its files; None where a folder or its images are missing."""
    if block.path is None:  # of an archive
        return None
    pairs = find_folders(expand(block.path), block.target or "B")
    counts = [min(map(count_files, folders)) for folders in pairs]
    if not counts or 0 in counts:
        return None
    return count_held_out(counts, has_pairs=bool(block.paired))


def find_folders(path: Path, target: Target) -> list[tuple[Path, Path]]:
    """Find the folders of the images to generate and of the conditions, of each split.

    The list has one pair if no images are held out. It is empty without a folder A or B.
    """
    if target in HALVES:
        return [(folder, folder) for folder in find_split_folders(path)]

    def has_split(split: str) -> bool:
        return any(is_folder(path / f"{split}{name}") for name in "AB")

    if has_split("train"):
        splits = ["train", "test"] if has_split("test") else ["train"]
    else:
        splits = [""] if has_split("") else []
    source = "A" if target == "B" else "B"
    return [(path / f"{split}{target}", path / f"{split}{source}") for split in splits]


def _list_halves(path: Path) -> list[Files]:
    """List files with two images side by side; each is both image and condition."""
    folders = find_split_folders(path)
    if folders == [path]:
        for name in ("A", "trainA"):
            if is_folder(path / name):
                stop(
                    f"{path}: expected images side by side, got a folder {name}; write target: A"
                    " or B"
                )
    check_split_names(path, folders, layout="train and test (or val)")
    files = list(map(list_images, folders))
    return _hold_out([(part, part) for part in files], path, paired=True)


def _list_two_folders(path: Path, target: Target, paired: bool) -> list[Files]:
    """List the files of two folders: images to generate, and conditions."""
    folders = find_folders(path, target)
    if not folders:
        stop(
            f"{path}: expected folders trainA and trainB, or A and B, got none of these; add them,"
            " or for images side by side write target: left or right"
        )
    for folder in (folder for pair in folders for folder in pair if folder.is_dir()):
        check_split_names(folder, (), layout="trainA, trainB, testA and testB")
    files = [
        _match_names(*pair) if paired else (list_images(pair[0]), list_images(pair[1]))
        for pair in folders
    ]
    return _hold_out(files, path, paired=paired)


def _match_names(targets: Path, sources: Path) -> Files:
    """List the images of two folders in the same order of names, up to the suffix.

    Exits with one line at the first name that is missing in one of them, or is there twice.
    """
    both: list[dict[str, Path]] = []
    for folder in (targets, sources):
        by_name: dict[str, Path] = {}
        for file in list_images(folder):
            name = str(file.relative_to(folder).with_suffix(""))
            if name in by_name:
                stop(
                    f"{file}: expected one image of this name, got {by_name[name].name} too;"
                    " rename one of the two, or delete it"
                )
            by_name[name] = file
        both.append(by_name)
    for name in sorted(both[0].keys() ^ both[1].keys()):
        unmatched, other = (both[0], sources) if name in both[0] else (both[1], targets)
        stop(
            f"{unmatched[name]}: expected an image of that name in {other}, got none; give pairs"
            " the same names"
        )
    return list(both[0].values()), [both[1][name] for name in both[0]]


def _hold_out(splits: list[Files], path: Path, *, paired: bool) -> list[Files]:
    """Split files into training and held-out ones, unless they already are."""
    if len(splits) > 1:
        return splits
    (targets, sources) = splits[0]
    fewer = min(len(targets), len(sources))
    if fewer < 2:
        stop(f"{path}: expected 2 images or more, as one is held out, got {fewer}; add images")
    of_targets = choose_held_out(len(targets), "images")
    of_sources = of_targets if paired else choose_held_out(len(sources), "given")
    return [
        (
            [file for file, out in zip(targets, of_targets, strict=True) if out == held_out],
            [file for file, out in zip(sources, of_sources, strict=True) if out == held_out],
        )
        for held_out in (False, True)
    ]


def load_pixels(
    files: Sequence[Path], side: int, half: int | None = None
) -> tuple[np.ndarray, list[float]]:
    """Load images as uint8 ``(n, 3, side, side)``, and the aspect ratio of each.

    Exits with one line if a file is damaged or cannot be halved.

    Args:
        files: one image each, or two side by side.
        side: of the images, in pixels.
        half: 0 for the left half of each file, 1 for the right, None for the whole file.

    Returns:
        Images, and width over height of each before it was scaled.
    """
    images = np.empty((len(files), 3, side, side), dtype=np.uint8)
    ratios: list[float] = []

    def load(index: int) -> float:
        image = load_rgb(files[index])
        if half is not None:
            width, height = image.width // 2, image.height
            if image.width % 2:
                raise ValueError(
                    f"{files[index]}: expected two halves, got a width of {image.width} pixels;"
                    " crop it to an even width"
                )
            image = image.crop((half * width, 0, (half + 1) * width, height))
        fitted = ImageOps.fit(image, (side, side), Image.Resampling.BICUBIC)
        images[index] = np.asarray(fitted).transpose(2, 0, 1)
        return image.width / image.height

    with ThreadPoolExecutor() as pool:  # Pillow decodes without Python's lock
        for start in range(0, len(files), CHUNK):
            try:
                ratios += pool.map(load, range(start, min(start + CHUNK, len(files))))
            except ValueError as error:
                stop(str(error))
    return images, ratios
