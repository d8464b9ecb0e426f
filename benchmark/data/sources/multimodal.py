"""Image translation in which one condition has many right answers."""

from collections.abc import Callable

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.sources.images import DIGITS, load_digits
from benchmark.data.sources.translation import SIDE, enlarge_images
from benchmark.data.splits import SplitArrays, Splits

HUES = 6  # that the classifier distinguishes: red, yellow, green, cyan, blue and magenta


def make_colours() -> Splits:
    """Make pairs: the digits at 16x16 in random hues, and the grey digits as conditions.

    Images are uint8 ``(n, 3, 16, 16)``, conditions uint8 ``(n, 1, 16, 16)``. The classifier's
    targets are class times 6 plus the index of the hue, so that features depend on the hue too.
    """
    parts = []
    for split, digits in zip(("train", "test"), load_digits(), strict=True):
        grey = enlarge_images(digits.images, SIDE)
        hues = np.random.default_rng(stream(0, f"hues of {split}")).uniform(size=len(grey))
        # HSV of full saturation: each channel rises and falls along the circle of hues
        turned = (hues[:, None] * 6 + np.array([0, 4, 2])) % 6
        shares = np.clip(np.abs(turned - 3) - 1, 0, 1)
        parts.append(
            SplitArrays(
                images=np.rint(grey * shares[:, :, None, None]).astype(np.uint8),
                labels=digits.labels,
                condition=grey,
                classifier_targets=digits.labels * HUES
                + np.rint(hues * HUES).astype(np.int64) % HUES,
            )
        )
    return parts[0], parts[1]


COUNTS = {"colours": DIGITS._replace(has_pairs=True)}
SOURCES: dict[str, Callable[[], Splits]] = {"colours": make_colours}
