"""Reference rows of text to image."""

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.splits import load_split


def mismatched(dataset: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The held-out images, each in the place of another, so that none has its own caption."""
    images, labels = load_split(dataset, "test")
    order = np.random.default_rng(stream(seed, "mismatched")).permutation(len(images))
    places = np.empty(len(images), dtype=np.int64)
    places[order] = np.roll(order, 1)
    return images[places], labels[places]
