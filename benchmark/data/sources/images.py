"""Images that a generator makes of noise: scikit-learn's digits, MNIST and its like."""

from collections.abc import Callable

import numpy as np

from benchmark.common.messages import stop
from benchmark.data.sources.downloads import FOLDER as DOWNLOADS

Split = tuple[np.ndarray, np.ndarray]  # images, uint8 (n, c, h, w), and labels, int64 (n,)


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


SOURCES: dict[str, Callable[[], tuple[Split, Split]]] = {
    "digits": digits,
    "mnist": mnist,
    "fashion_mnist": fashion_mnist,
}
