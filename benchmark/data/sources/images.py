"""Images to generate from noise: scikit-learn's digits, and published data sets."""

from collections.abc import Callable

import numpy as np

from benchmark.data.parts import Parts, choose_rows, divide, select
from benchmark.data.sizes import Counts
from benchmark.data.sources import published
from benchmark.data.splits import SplitArrays, Splits


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


def divide_digits() -> Parts:
    """Divide the digits, so that what is made from those of a part is in the same part."""
    return divide(load_digits(), trains_extractor=True)


def load_subset(name: str, count: int | None, *, trains_extractor: bool) -> Parts:
    """Keep part of the images to train on of a built-in data set, and all its other parts.

    The images have equal shares of each class. Those of a subset are among those of one that is
    larger by an odd factor: the 100 of digits among the 300.

    Args:
        name: of the data set.
        count: images to train on, at most as many as the data set has; None for all of them.
        trains_extractor: as for `divide`.
    """
    parts = divide(SOURCES[name](), trains_extractor=trains_extractor)
    if count is None:
        return parts
    _, rows = choose_rows(parts.train.labels, [count])
    return parts._replace(train=select(parts.train, rows), reference=parts.train)


DIGITS = Counts(train=1_297, held_out=500)
COUNTS = {"digits": DIGITS} | published.COUNTS
SHAPES = {"digits": (1, 8, 8)} | {name: data.shape for name, data in published.PUBLISHED.items()}
SOURCES: dict[str, Callable[[], Splits]] = {"digits": load_digits, **published.SOURCES}
