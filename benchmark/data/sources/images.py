"""Images to generate from noise: scikit-learn's digits, MNIST and Fashion-MNIST."""

from collections.abc import Callable

import numpy as np

from benchmark.common.messages import stop
from benchmark.data.sizes import Counts
from benchmark.data.sources.downloads import FOLDER as DOWNLOADS
from benchmark.data.splits import SplitArrays, Splits

SIZES = {"train": 60_000, "test": 10_000}  # of MNIST and Fashion-MNIST


def load_digits() -> Splits:
    """Load scikit-learn's 1,797 digits, 8x8, 17 grey levels; 500 held out, stratified by class."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    bunch = datasets.load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[:, None]
    labels = bunch.target.astype(np.int64)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=500, stratify=labels, random_state=0
    )
    return SplitArrays(images[train], labels[train]), SplitArrays(images[test], labels[test])


def load_mnist() -> Splits:
    """Load MNIST, 28x28: 60,000 and 10,000 images."""
    return _load_torchvision("MNIST")


def load_fashion_mnist() -> Splits:
    """Load Fashion-MNIST, 28x28: 60,000 and 10,000 images."""
    return _load_torchvision("FashionMNIST")


def _load_torchvision(name: str) -> Splits:
    """Load a data set of MNIST's format; torchvision downloads it and checks its MD5 sums.

    Exits with one line if a file cannot be downloaded, is damaged, or has another size.
    """
    from torchvision import datasets

    source = getattr(datasets, name)
    folder = DOWNLOADS / name / "raw"
    try:
        parts = [source(DOWNLOADS, train=train, download=True) for train in (True, False)]
    except Exception as error:  # torchvision raises half a dozen kinds, all about the files
        missing = [
            f"{archive} (md5 {md5})"
            for archive, md5 in source.resources
            if not (folder / archive).with_suffix("").is_file()
        ]
        if missing:
            stop(
                f"dataset {name}: expected a download, got none; put {', '.join(missing)} in"
                f" {folder} and run again"
            )
        stop(
            f"dataset {name}: expected its files in {folder}, got a damaged one ({error}); delete"
            " it and run again"
        )
    for part, size in zip(parts, SIZES.values(), strict=True):
        if tuple(part.data.shape) != (size, 28, 28) or len(part.targets) != size:
            stop(
                f"dataset {name}: expected {size} images of 28x28 and their labels, got images"
                f" {tuple(part.data.shape)} and {len(part.targets)} labels; delete the files in"
                f" {folder} and run again"
            )
    train, test = (SplitArrays(part.data.numpy()[:, None], part.targets.numpy()) for part in parts)
    return train, test


DIGITS = Counts(train=1_297, held_out=500)
COUNTS = dict.fromkeys(("mnist", "fashion_mnist"), Counts(SIZES["train"], SIZES["test"])) | {
    "digits": DIGITS
}
SOURCES: dict[str, Callable[[], Splits]] = {
    "digits": load_digits,
    "mnist": load_mnist,
    "fashion_mnist": load_fashion_mnist,
}
