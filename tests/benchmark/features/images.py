"""Random images."""

import numpy as np

from benchmark.features.extractors import resize


def random_images(n, *, seed, channels=3, size=40):
    """Draw smooth coloured noise, uint8 ``(n, c, size, size)``."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (n, channels, 5, 5), dtype=np.uint8)
    return np.rint(resize.resize(coarse, (size, size))).astype(np.uint8)
