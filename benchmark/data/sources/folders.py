"""Folders of images as a data set: what is given, and what is to be made of it.

Two layouts, told apart by ``target``, which says what is to be made:

- ``A`` or ``B``: folders trainA, trainB, testA and testB, or A and B alone. Where the images are
  pairs, the two of a pair have the same name, up to the ending.
- ``left`` or ``right``: two images side by side in each file, in the folders train and test, or
  train and val, or in no folder of their own.

Where nothing is held out, a tenth is, drawn with a fixed seed. Every image becomes RGB: turned as
its EXIF data say, laid on white where it is transparent, 16 bits rounded to 8. It is scaled to the
side asked for along its shorter edge (bicubic, antialiased), and what is over at both ends of the
longer is cut off.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmark.common.messages import stop
from benchmark.common.seeds import stream
from benchmark.config import Folder
from benchmark.data.sources.downloads import ARCHIVES, Target, unpacked
from benchmark.evaluation.inputs import SUFFIXES, images_in, reason

# images, labels, given, and whether these belong together: what a file of a split holds
Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Split = tuple[list[Path], list[Path]]  # what is to be made, and what is given
HELD_OUT = 10  # one in so many
HALVES = ("left", "right")
STRETCH = 0.02  # by which the shapes of the two of a pair may differ, being rounded
CHUNK = 256  # images read before the first that is not whole is told
DEEP = ("I;16", "I;16L", "I;16B", "I;16N")  # Pillow's modes of 16 bits


def dataset(name: str, block: Folder) -> tuple[Part, Part]:
    """The training and the held-out part of a data set that params.yaml has a folder of.

    Of a name in ``downloads.ARCHIVES`` it is the authors' archive. Exits with one line if anything
    is missing or does not fit.
    """
    archive = ARCHIVES.get(name)
    if archive is not None:
        with unpacked(name) as folder:
            target = block.target or archive.target
            return read(folder, side=block.side, target=target, paired=archive.paired)
    assert block.path is not None and block.paired is not None  # params.load asks for them
    folder = Path(block.path).expanduser()
    return read(folder, side=block.side, target=block.target or "B", paired=block.paired)


def read(path: Path, *, side: int, target: Target, paired: bool) -> tuple[Part, Part]:
    """The training and the held-out images of a folder; exits with one line if it cannot be read.

    Args:
        path: see the top of this file for what may lie in it.
        side: of the images, in pixels.
        target: the half, or the folder, with the images to be made.
        paired: whether each belongs to one that is given.

    Returns:
        Of each part: images, uint8 ``(n, 3, side, side)``; labels, all 0, int64 ``(n,)``; what is
        given, uint8 ``(m, 3, side, side)``, with m = n for pairs; and ``paired`` as an array.
    """
    if not path.is_dir():
        stop(f"{path}: no such folder")
    splits = _halves(path) if target in HALVES else _two(path, target, paired)
    own = HALVES.index(target) if target in HALVES else None
    parts = []
    for wanted, given in splits:
        images, shapes = pixels(wanted, side, half=own)
        sources, others = pixels(given, side, half=None if own is None else 1 - own)
        if paired:
            for file, other, shape, its in zip(wanted, given, shapes, others, strict=True):
                if abs(shape - its) > STRETCH * its:
                    stop(
                        f"{file}: another shape than {other}; the two of a pair are of one ratio of"
                        " width to height"
                    )
        labels = np.zeros(len(images), dtype=np.int64)
        parts.append((images, labels, sources, np.array(paired)))
    return parts[0], parts[1]


def _halves(path: Path) -> list[Split]:
    """Files with two images side by side: each is both what is to be made and what is given."""
    train = path / "train"
    if not train.is_dir():
        for name in ("A", "trainA"):
            if (path / name).is_dir():
                stop(
                    f"{path}: has a folder {name}, so its images do not lie side by side; write"
                    " target: A or B"
                )
        files = [own_files(path)]
    else:
        held_out = [path / name for name in ("test", "val") if (path / name).is_dir()]
        files = [own_files(folder) for folder in (train, *held_out[:1])]
    return _parted([(own, own) for own in files], path, paired=True)


def _two(path: Path, target: Target, paired: bool) -> list[Split]:
    """Two folders, the one with what is to be made and the other with what is given."""

    def there(split: str) -> bool:
        return any((path / f"{split}{name}").is_dir() for name in "AB")

    if there("train"):
        splits = ["train", "test"] if there("test") else ["train"]
    elif there(""):
        splits = [""]
    else:
        stop(
            f"{path}: neither trainA and trainB nor A and B are folders in it; images side by side"
            " are read with target: left or right"
        )
    files = []
    for split in splits:
        wanted = path / f"{split}{target}"
        given = path / f"{split}{'A' if target == 'B' else 'B'}"
        files.append(_matched(wanted, given) if paired else (own_files(wanted), own_files(given)))
    return _parted(files, path, paired=paired)


def own_files(folder: Path) -> list[Path]:
    """The images of a folder; exits if there are none."""
    if not folder.is_dir():
        stop(f"{folder}: no such folder")
    if not (files := images_in(folder)):
        stop(f"{folder}: no image in it ({', '.join(SUFFIXES)})")
    return files


def _matched(wanted: Path, given: Path) -> Split:
    """The images of two folders in the order of the names that they share, up to the ending.

    Exits at the first name that one of them lacks, or has twice.
    """
    both: list[dict[str, Path]] = []
    for folder in (wanted, given):
        own: dict[str, Path] = {}
        for file in own_files(folder):
            name = str(file.relative_to(folder).with_suffix(""))
            if name in own:
                stop(f"{file}: {own[name].name} has the same name; a pair has one image a side")
            own[name] = file
        both.append(own)
    for name in sorted(both[0].keys() ^ both[1].keys()):
        lonely, other = (both[0], given) if name in both[0] else (both[1], wanted)
        stop(f"{lonely[name]}: no image of that name in {other}; pairs have the same names")
    return list(both[0].values()), [both[1][name] for name in both[0]]


def _parted(splits: list[Split], path: Path, *, paired: bool) -> list[Split]:
    """Training and held-out files; where nothing is held out, a tenth of either side is."""
    if len(splits) > 1:
        return splits
    (wanted, given) = splits[0]
    few = min(len(wanted), len(given))
    if few < 2:
        stop(f"{path}: {few} image; it takes 2 at least, as one is held out")
    kept = [chosen(len(wanted), "images")]
    kept.append(kept[0] if paired else chosen(len(given), "given"))
    return [
        (
            [file for file, out in zip(wanted, kept[0], strict=True) if out == held_out],
            [file for file, out in zip(given, kept[1], strict=True) if out == held_out],
        )
        for held_out in (False, True)
    ]


def chosen(count: int, name: str) -> np.ndarray:
    """Which of so many are held out, ``(count,)``."""
    order = np.random.default_rng(stream(0, f"held out of {name}")).permutation(count)
    return order < max(1, count // HELD_OUT)


def pixels(
    files: Sequence[Path], side: int, half: int | None = None
) -> tuple[np.ndarray, list[float]]:
    """Images of files, uint8 ``(n, 3, side, side)``, and the ratio of width to height of each.

    Args:
        files: as many as there are images.
        side: of an image.
        half: 0 for the left of each file, 1 for the right, None for all of it.
    """
    images = np.empty((len(files), 3, side, side), dtype=np.uint8)
    shapes: list[float] = []

    def take(index: int) -> float:
        image = whole(files[index])
        if half is not None:
            width, height = image.width // 2, image.height
            if image.width % 2:
                raise ValueError(f"{files[index]}: {image.width} pixels wide: not two halves")
            image = image.crop((half * width, 0, (half + 1) * width, height))
        fitted = ImageOps.fit(image, (side, side), Image.Resampling.BICUBIC)
        images[index] = np.asarray(fitted).transpose(2, 0, 1)
        return image.width / image.height

    with ThreadPoolExecutor() as pool:  # Pillow decodes without Python's lock
        for start in range(0, len(files), CHUNK):
            try:
                shapes += pool.map(take, range(start, min(start + CHUNK, len(files))))
            except ValueError as error:
                stop(str(error))
    return images, shapes


def whole(file: Path) -> Image.Image:
    """An image as RGB, the right way up.

    Raises:
        ValueError: the file is not whole, or holds no 8-bit or 16-bit levels.
    """
    try:
        with Image.open(file) as opened:
            image = ImageOps.exif_transpose(opened)
            image.load()
            if image.mode in DEEP:
                levels = np.asarray(image).astype(np.float64) / 257
                return Image.fromarray(np.rint(levels).astype(np.uint8)).convert("RGB")
            if image.mode not in ("I", "F"):
                if not image.has_transparency_data:
                    return image.convert("RGB")
                ground = Image.new("RGBA", image.size, "white")
                return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    except Exception as error:  # Pillow's plugins raise many kinds, all about the file
        raise ValueError(
            f"{file}: not a whole image ({reason(error)}); replace it or delete it"
        ) from error
    raise ValueError(f"{file}: mode {image.mode}; save it with 8 or 16 bits a channel")
