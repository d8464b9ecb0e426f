"""A data set -> data/<dataset>/{train,test}.npz: `python -m benchmark.prepare digits`.

Each file holds ``images``, uint8 ``(n, c, h, w)``, and ``labels``, int64 ``(n,)``. Points in the
plane stand there as ``images``, float32 ``(n, 2)``, with the modes that they are nearest to. Where
images are to be made from others, these are ``given``, uint8 ``(n, c, h, w)``. Those of a folder of
images need not belong to ``images``: then ``paired`` is false, and there may be another number of
them. Where there are no classes, a classifier may learn from ``lessons`` and ``lesson_labels``.
"""

import argparse
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from benchmark import points
from benchmark.bicubic import resize
from benchmark.downloads import ARCHIVES
from benchmark.downloads import FOLDER as DOWNLOADS
from benchmark.messages import nearest, stop
from benchmark.seeds import stream

if TYPE_CHECKING:
    from benchmark import params

Split = tuple[np.ndarray, np.ndarray]
Pair = tuple[np.ndarray, np.ndarray, np.ndarray]  # images, labels, and what images are made from
Lesson = tuple[Any, ...]  # these, that they are pairs, and what a classifier is to learn
NAMES = ("images", "labels", "given", "paired", "lessons", "lesson_labels")
TRANSLATED = 16  # side of the digits that are translated
PATCH = 32  # side of what is cut from photographs
DOMAINS = ("plain", "inverted", "red", "rotated")  # of renderings
NOISE = 8.0  # standard deviation, in grey levels
POINTS = {"train": 20_000, "test": 2_500}  # in the plane; as many are scored as in the papers


def digits() -> tuple[Split, Split]:
    """scikit-learn's 1,797 digits, 8x8, 17 grey levels; 500 held out, stratified by class."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[:, None]
    labels = bunch.target.astype(np.int64)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=500, stratify=labels, random_state=0
    )
    return (images[train], labels[train]), (images[test], labels[test])


def mnist() -> tuple[Split, Split]:
    """MNIST, 28x28: 60,000 and 10,000 images."""
    return _torchvision("MNIST")


def fashion_mnist() -> tuple[Split, Split]:
    """Fashion-MNIST, 28x28: 60,000 and 10,000 images."""
    return _torchvision("FashionMNIST")


SOURCES: dict[str, Callable[[], tuple[Split, Split]]] = {
    "digits": digits,
    "mnist": mnist,
    "fashion_mnist": fashion_mnist,
}


def plane(name: str) -> tuple[Split, Split]:
    """Points of a distribution in the plane, two draws of it."""
    source = points.SOURCES[name]
    train, test = (
        source.draw(count, np.random.default_rng(stream(0, f"{split} of {name}")))
        for split, count in POINTS.items()
    )
    return (train, source.label(train)), (test, source.label(test))


def outline() -> tuple[Pair, Pair]:
    """The digits at 16x16, and the outline that each is to be filled in from."""
    from scipy.ndimage import grey_dilation, grey_erosion

    found = []
    for images, labels in digits():
        enlarged = _enlarged(images, TRANSLATED)
        window = (1, 1, 3, 3)
        edges = grey_dilation(enlarged, window) - grey_erosion(enlarged, window)
        found.append((enlarged, labels, edges))
    return found[0], found[1]


def colours() -> tuple[Pair, Pair]:
    """The digits at 16x16 in a hue drawn for each, and without it: of one image many are right."""
    found = []
    for split, (images, labels) in zip(("train", "test"), digits(), strict=True):
        grey = _enlarged(images, TRANSLATED)
        hues = np.random.default_rng(stream(0, f"hues of {split}")).uniform(size=len(grey))
        # HSV of full saturation: each channel rises and falls along the circle of hues
        turned = (hues[:, None] * 6 + np.array([0, 4, 2])) % 6
        shares = np.clip(np.abs(turned - 3) - 1, 0, 1)
        found.append((np.rint(grey * shares[:, :, None, None]).astype(np.uint8), labels, grey))
    return found[0], found[1]


def _enlarged(images: np.ndarray, side: int) -> np.ndarray:
    """Images, uint8 ``(n, 1, h, w)``, at another size, bicubic."""
    sized = [
        Image.fromarray(image[0]).resize((side, side), Image.Resampling.BICUBIC) for image in images
    ]
    return np.stack([np.asarray(image) for image in sized])[:, None]


TRANSLATIONS: dict[str, Callable[[], tuple[Pair, Pair]]] = {
    "outline": outline,
    "colours": colours,
}


def renderings() -> tuple[Pair, Pair]:
    """The digits at 16x16 in one of ``DOMAINS``, to be made into another, both drawn for each.

    What is given has 3 + 2k channels: the image, k planes that say which domain is wanted and k
    that say which the image is of.
    """
    found = []
    for split, (images, labels) in zip(("train", "test"), digits(), strict=True):
        shown, count, known = rendered(images), len(images), len(DOMAINS)
        generator = np.random.default_rng(stream(0, f"domains of {split}"))
        own = generator.integers(known, size=count)
        wanted = (own + generator.integers(1, known, size=count)) % known
        each, size = np.arange(count), shown.shape[3:]
        given = [shown[own, each], planes(wanted, *size), planes(own, *size)]
        found.append((shown[wanted, each], labels, np.concatenate(given, axis=1)))
    return found[0], found[1]


def rendered(images: np.ndarray) -> np.ndarray:
    """Digits, uint8 ``(n, 1, 8, 8)``, at 16x16 in each of ``DOMAINS``, ``(k, n, 3, 16, 16)``.

    The last one is turned by a quarter, to the left: by half, a 6 would be a 9.
    """
    plain = _enlarged(images, TRANSLATED).repeat(3, axis=1)
    red = plain.copy()
    red[:, 1:] = 0
    return np.stack([plain, 255 - plain, red, np.rot90(plain, axes=(2, 3))])


def planes(domains: np.ndarray, height: int, width: int) -> np.ndarray:
    """A plane for each of ``DOMAINS``, uint8 ``(n, k, height, width)``: one is 255, the others 0.

    Args:
        domains: which one it is, as places in ``DOMAINS``, ``(n,)``.
        height, width: of the planes, in pixels.
    """
    said = 255 * np.eye(len(DOMAINS), dtype=np.uint8)[domains]
    return said[:, :, None, None].repeat(height, axis=2).repeat(width, axis=3)


RENDERINGS: dict[str, Callable[[], tuple[Pair, Pair]]] = {"renderings": renderings}


def photographs(scale: int) -> tuple[Lesson, Lesson]:
    """Patches of scikit-learn's two photographs, one to train on and one to test on.

    32x32, and what each is to be made from, cut from the photograph made smaller by MATLAB's
    bicubic kernel, as in papers. The patches to train on overlap, those to test on do not.
    """
    from sklearn.datasets import load_sample_images

    bundle = load_sample_images()
    names = [Path(name).name for name in bundle.filenames]
    found = []
    for name, stride in {"china.jpg": PATCH // 2, "flower.jpg": PATCH}.items():
        pixels = bundle.images[names.index(name)].transpose(2, 0, 1)[None]
        height, width = (side - side % PATCH for side in pixels.shape[2:])
        photograph = pixels[..., :height, :width]
        small = resize(photograph, Fraction(1, scale))
        generator = np.random.default_rng(stream(0, f"patches of {name}"))
        images = _patches(photograph, PATCH, stride)
        order = generator.permutation(len(images))  # or the first to be shown would all be sky
        images, given = images[order], _patches(small, PATCH // scale, stride // scale)[order]
        labels = np.zeros(len(images), dtype=np.int64)
        found.append((images, labels, given, np.True_, *lessons(images, generator)))
    return found[0], found[1]


def lessons(images: np.ndarray, generator: np.random.Generator) -> Split:
    """What a classifier is to learn from photographs, which have no classes: what was done to them.

    Nothing (label 0), made smaller and larger again by 2 (1) or by 4 (2), or noise added (3). What
    tells these apart are edges and textures, which are what a perceptual distance is to see.

    Args:
        images: uint8 ``(n, c, h, w)``.
        generator: that draws what is done to each.
    """
    labels = generator.integers(4, size=len(images))
    changed = images.copy()
    for label, scale in ((1, 2), (2, 4)):
        mine = labels == label
        changed[mine] = resize(resize(images[mine], Fraction(1, scale)), scale)
    noisy = images[labels == 3] + generator.normal(scale=NOISE, size=images[labels == 3].shape)
    changed[labels == 3] = np.rint(noisy).clip(0, 255)
    return changed, labels


def _patches(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """Square patches of an image ``(1, c, h, w)``, row by row, ``(n, c, side, side)``."""
    windows = np.lib.stride_tricks.sliding_window_view(image[0], (side, side), axis=(1, 2))
    return (
        windows[:, ::stride, ::stride]
        .transpose(1, 2, 0, 3, 4)
        .reshape(-1, len(image[0]), side, side)
    )


PHOTOGRAPHS: dict[str, Callable[[], tuple[Lesson, Lesson]]] = {
    f"photographs_x{scale}": partial(photographs, scale) for scale in (2, 4)
}


def _torchvision(name: str) -> tuple[Split, Split]:
    """A data set of the MNIST kind; torchvision downloads it and checks the sums."""
    from torchvision import datasets

    source = getattr(datasets, name)
    folder = DOWNLOADS / name / "raw"
    try:
        parts = [source(DOWNLOADS, train=train, download=True) for train in (True, False)]
    except Exception as error:  # torchvision raises half a dozen kinds, all about the files
        wanted = [
            f"{archive} (md5 {md5})"
            for archive, md5 in source.resources
            if not (folder / archive).with_suffix("").is_file()
        ]
        if wanted:
            stop(
                f"dataset {name}: no source answered; put {', '.join(wanted)} in {folder}"
                " and run again"
            )
        stop(f"dataset {name}: a file in {folder} is not whole ({error}); delete it and run again")
    for part, size in zip(parts, (60_000, 10_000), strict=True):
        if tuple(part.data.shape) != (size, 28, 28) or len(part.targets) != size:
            stop(
                f"dataset {name}: {folder} holds images {tuple(part.data.shape)} and"
                f" {len(part.targets)} labels, not {size} of 28x28; delete the files and run again"
            )
    train, test = ((part.data.numpy()[:, None], part.targets.numpy()) for part in parts)
    return train, test


def _few(dataset: str, parts: Sequence[Sequence[np.ndarray]], board: "params.Board") -> None:
    """Exit if there are fewer images than training and scoring take."""
    paired = bool(parts[0][3])
    halved = 2 if paired and any(not _sees_pairs(name) for name in board.variants) else 1
    near = max(board.metrics.neighbours, board.metrics.density_neighbours) + 1
    needed = max(halved * board.training.batch, near), board.metrics.neighbours + 1
    for name, part, least in zip(("train on", "hold out"), parts, needed, strict=True):
        count = min(len(part[0]), len(part[2]))
        if count < least:
            stop(f"{dataset}: {count} images to {name}; training.batch and metrics need {least}")
    if paired and len(parts[1][0]) > len(parts[0][0]):
        stop(f"{dataset}: more pairs are held out than there are to train on")


def _sees_pairs(variant: str) -> bool:
    import gans

    return getattr(gans.load(variant), "paired", True)


def prepare(dataset: str, settings: "params.Params") -> None:
    """Write both parts of a data set, which need not be on a board.

    Exits with one line if there is no such data set, or if something is wrong with its files.
    """
    from benchmark import folders, params, photo_folders

    boards = settings.translation, settings.superresolution
    own: dict[str, Callable[[], Any]] = {
        name: partial(folders.dataset, name, params.Folder()) for name in ARCHIVES
    }
    if settings.translation:
        for name, translated in settings.translation.datasets.items():
            if translated.folder:
                own[name] = partial(folders.dataset, name, translated.folder)
    if settings.superresolution:
        for name, enlarged in settings.superresolution.datasets.items():
            if enlarged.folder:
                own[name] = partial(photo_folders.dataset, enlarged.folder)
    sources: dict[str, Callable[[], Any]] = {
        **SOURCES,
        **{name: partial(plane, name) for name in points.SOURCES},
        **TRANSLATIONS,
        **RENDERINGS,
        **PHOTOGRAPHS,
        **own,
    }
    if dataset not in sources:
        stop(f"{dataset}: no such data set; {nearest(dataset, sources)}")
    parts = sources[dataset]()
    for board in boards:
        if dataset in own and board and dataset in board.datasets:
            _few(dataset, parts, board)
    folder = Path("data") / dataset
    folder.mkdir(parents=True, exist_ok=True)
    for name, arrays in zip(("train", "test"), parts, strict=True):
        named = dict(zip(NAMES, arrays, strict=False))
        np.savez(folder / f"{name}.npz", **named)
        print(f"{dataset} {name}: {len(named['images'])} of shape {named['images'].shape[1:]}")


def main() -> None:
    from benchmark import params

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset")
    prepare(parser.parse_args().dataset, params.load())


if __name__ == "__main__":
    main()
