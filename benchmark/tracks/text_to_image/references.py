"""Reference rows of text to image."""

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.splits import load_split


def mismatched(dataset: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Permute the held-out images so that none has its caption."""
    images, labels = load_split(dataset, "test")
    order = np.random.default_rng(stream(seed, "mismatched")).permutation(len(images))
    indices = np.empty(len(images), dtype=np.int64)
    indices[order] = np.roll(order, 1)
    return images[indices], labels[indices]
