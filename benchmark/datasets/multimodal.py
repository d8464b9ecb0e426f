"""Images to be made from images, where of one image many are right."""

from collections.abc import Callable

import numpy as np

from benchmark.datasets.images import digits
from benchmark.datasets.translation import SIDE, Pair, enlarged
from benchmark.seeds import stream


def colours() -> tuple[Pair, Pair]:
    """The digits at 16x16 in a hue drawn for each, and without it."""
    found = []
    for split, (small, labels) in zip(("train", "test"), digits(), strict=True):
        grey = enlarged(small, SIDE)
        hues = np.random.default_rng(stream(0, f"hues of {split}")).uniform(size=len(grey))
        # HSV of full saturation: each channel rises and falls along the circle of hues
        turned = (hues[:, None] * 6 + np.array([0, 4, 2])) % 6
        shares = np.clip(np.abs(turned - 3) - 1, 0, 1)
        found.append((np.rint(grey * shares[:, :, None, None]).astype(np.uint8), labels, grey))
    return found[0], found[1]


SOURCES: dict[str, Callable[[], tuple[Pair, Pair]]] = {"colours": colours}
