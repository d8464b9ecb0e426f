"""Published data sets of images by name, through torchvision, which checks their MD5 sums.

The files lie in downloads/, where torchvision puts them, and where you may put them yourself.

- MNIST, Fashion-MNIST and KMNIST: greyscale, 28x28.
- CIFAR-10 and CIFAR-100, SVHN: RGB, 32x32.
- STL-10: the 100,000 images without classes, scaled to 48x48 as in SNGAN (Miyato et al. 2018,
  arXiv:1802.05957, section 4); its test images are held out.
- CelebA: aligned faces; the central 178x178 pixels, scaled to 64x64. The training images of its
  partition are those to train on, its test images are held out, and the others are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.messages import stop, summarise_error
from benchmark.data.image_stream import ImageFiles, ImagesByColumn
from benchmark.data.sizes import Counts
from benchmark.data.sources.downloads import FOLDER as DOWNLOADS
from benchmark.data.splits import SplitArrays, Splits

CELEBA_CROP, CELEBA_SIDE = 178, 64
STL10_SIDE = 48


@dataclass(frozen=True)
class Published:
    """A data set of torchvision.

    Attributes:
        kind: name of the class in torchvision.datasets.
        sizes: numbers of training and of held-out images.
        shape: ``(c, h, w)`` of an image.
        splits: keywords of the class for the training and the held-out images.
        stored: side of the images in the files, if they are scaled.
        files: names of STL-10's files of images, which need not fit into memory.
        has_classes: whether the training images have classes.
    """

    kind: str
    sizes: tuple[int, int]
    shape: tuple[int, int, int]
    splits: tuple[Mapping[str, Any], Mapping[str, Any]] = ({"train": True}, {"train": False})
    stored: int | None = None
    files: tuple[str, str] | None = None
    has_classes: bool = True


BY_SPLIT = ({"split": "train"}, {"split": "test"})
PUBLISHED = {
    "mnist": Published("MNIST", (60_000, 10_000), (1, 28, 28)),
    "fashion_mnist": Published("FashionMNIST", (60_000, 10_000), (1, 28, 28)),
    "kmnist": Published("KMNIST", (60_000, 10_000), (1, 28, 28)),
    "cifar10": Published("CIFAR10", (50_000, 10_000), (3, 32, 32)),
    "cifar100": Published("CIFAR100", (50_000, 10_000), (3, 32, 32)),
    "svhn": Published("SVHN", (73_257, 26_032), (3, 32, 32), BY_SPLIT),
    "stl10": Published(
        "STL10",
        (100_000, 8_000),
        (3, STL10_SIDE, STL10_SIDE),
        ({"split": "train"}, {"split": "train"}),  # the smallest, as torchvision loads it
        stored=96,
        files=("unlabeled_X.bin", "test_X.bin"),
        has_classes=False,
    ),
    "celeba": Published(
        "CelebA",
        (162_770, 19_962),
        (3, CELEBA_SIDE, CELEBA_SIDE),
        BY_SPLIT,
        has_classes=False,
    ),
}


def load_published(name: str) -> Splits:
    """Load a data set of ``PUBLISHED``: images uint8 ``(n, c, h, w)``, labels 0 without classes.

    Exits with one line if a file cannot be downloaded, is damaged, or has another size.
    """
    published = PUBLISHED[name]
    return load_split(name, published, 0), load_split(name, published, 1)


def load_split(name: str, published: Published, number: int) -> SplitArrays:
    """Load one split, 0 to train on or 1 held out; exits like `load_published`."""
    size, keywords = published.sizes[number], published.splits[number]
    part = open_split(name, published, keywords)
    images: Any
    stored = published.stored or published.shape[-1]
    if published.files:
        file = DOWNLOADS / part.base_folder / published.files[number]
        images = ImagesByColumn.find_all(file, stored, published.shape[-1])
        count, side = len(images), stored
    elif hasattr(part, "filename") and isinstance(part.filename, list):  # CelebA's
        folder = DOWNLOADS / part.base_folder / "img_align_celeba"
        images = ImageFiles(
            [folder / file for file in part.filename], CELEBA_SIDE, crop=CELEBA_CROP
        )
        count, side = len(images), images.side
    else:
        images = to_channels_first(np.asarray(part.data))
        count, side = len(images), images.shape[-1]
    if count != size or side != stored:
        stop(
            f"dataset {name}: expected {size:,} images of side {stored}, got {count:,} of side"
            f" {side}; delete its files in {DOWNLOADS} and run again"
        )
    labels = np.zeros(count, dtype=np.int64)
    if published.has_classes:
        given = part.labels if hasattr(part, "labels") else part.targets
        labels = np.asarray(given, dtype=np.int64)
    return SplitArrays(images, labels)


def open_split(name: str, published: Published, keywords: Mapping[str, Any]) -> Any:
    """Open a split by torchvision, which downloads its files; exits with one line if it cannot."""
    from torchvision import datasets

    source = getattr(datasets, published.kind)
    try:
        return source(DOWNLOADS, download=True, **keywords)
    except Exception as error:  # torchvision raises half a dozen kinds, all about the files
        folder, files = list_files(source)
        missing = [
            f"{file} (md5 {md5})"
            for file, md5 in files
            if not (folder / file).is_file() and not (folder / file).with_suffix("").exists()
        ]
        if missing:
            stop(
                f"dataset {name}: expected a download, got none ({summarise_error(error)}); put"
                f" {', '.join(missing)} from {find_address(source)} in {folder} and run again"
            )
        stop(
            f"dataset {name}: expected its files in {folder}, got a damaged one"
            f" ({summarise_error(error)}); delete it and run again"
        )


def list_files(source: Any) -> tuple[Path, list[tuple[str, str]]]:
    """List the files that a class of torchvision reads: their folder, names and MD5 sums."""
    if hasattr(source, "resources"):  # MNIST and its like
        return DOWNLOADS / source.__name__ / "raw", list(source.resources)
    if hasattr(source, "split_list"):  # SVHN
        files = [source.split_list[split] for split in ("train", "test")]
        return DOWNLOADS, [(file, md5) for _, file, md5 in files]
    if hasattr(source, "file_list"):  # CelebA
        return DOWNLOADS / source.base_folder, [(file, md5) for _, md5, file in source.file_list]
    return DOWNLOADS, [(source.filename, source.tgz_md5)]  # CIFAR and STL-10


def find_address(source: Any) -> str:
    """Find the address of the files that a class of torchvision downloads, or of their folder."""
    if hasattr(source, "resources"):
        return source.mirrors[-1]
    if hasattr(source, "split_list"):
        return source.split_list["train"][0].rpartition("/")[0]
    return getattr(source, "url", "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html")


def to_channels_first(images: np.ndarray) -> np.ndarray:
    """Turn images ``(n, h, w)``, ``(n, h, w, 3)`` or ``(n, 3, h, w)`` into ``(n, c, h, w)``."""
    if images.ndim == 3:
        return images[:, None]
    return images if images.shape[1] == 3 else images.transpose(0, 3, 1, 2)


COUNTS = {name: Counts(*published.sizes) for name, published in PUBLISHED.items()}
SOURCES: dict[str, Callable[[], Splits]] = {
    name: partial(load_published, name) for name in PUBLISHED
}
