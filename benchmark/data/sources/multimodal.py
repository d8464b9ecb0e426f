"""Images to be made from images, where of one image many are right."""

from collections.abc import Callable

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.sources.images import digits
from benchmark.data.sources.translation import SIDE, enlarged

HUES = 6  # that the classifier tells apart: around red, yellow, green, cyan, blue and magenta
Part = dict[str, np.ndarray]


def colours() -> tuple[Part, Part]:
    """The digits at 16x16 in a hue drawn for each, and without it.

    Returns:
        Of the training and the held-out part: ``images``, uint8 ``(n, 3, 16, 16)``; ``labels``,
        their classes; ``condition``, uint8 ``(n, 1, 16, 16)``; ``classifier_targets``, which say the hue
        too, so that features do: class times 6 plus the place of the hue.
    """
    found = []
    for split, (small, labels) in zip(("train", "test"), digits(), strict=True):
        grey = enlarged(small, SIDE)
        hues = np.random.default_rng(stream(0, f"hues of {split}")).uniform(size=len(grey))
        # HSV of full saturation: each channel rises and falls along the circle of hues
        turned = (hues[:, None] * 6 + np.array([0, 4, 2])) % 6
        shares = np.clip(np.abs(turned - 3) - 1, 0, 1)
        found.append(
            {
                "images": np.rint(grey * shares[:, :, None, None]).astype(np.uint8),
                "labels": labels,
                "condition": grey,
                "classifier_targets": labels * HUES + np.rint(hues * HUES).astype(np.int64) % HUES,
            }
        )
    return found[0], found[1]


SOURCES: dict[str, Callable[[], tuple[Part, Part]]] = {"colours": colours}
