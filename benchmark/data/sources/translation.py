"""Image translation: the digits, generated from what was computed from each."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmark.data.sources.images import DIGITS, load_digits
from benchmark.data.splits import SplitArrays, Splits

SIDE = 16  # of the digits, in pixels


def make_outline() -> Splits:
    """Make pairs: the digits at 16x16, and as condition the outline of each."""
    from scipy.ndimage import grey_dilation, grey_erosion

    parts = []
    for digits in load_digits():
        images = enlarge_images(digits.images, SIDE)
        window = (1, 1, 3, 3)
        edges = grey_dilation(images, window) - grey_erosion(images, window)
        parts.append(SplitArrays(images, digits.labels, condition=edges))
    return parts[0], parts[1]


def enlarge_images(images: np.ndarray, side: int) -> np.ndarray:
    """Resize images, uint8 ``(n, 1, h, w)``, to ``(n, 1, side, side)``, bicubic."""
    sized = [
        Image.fromarray(image[0]).resize((side, side), Image.Resampling.BICUBIC) for image in images
    ]
    return np.stack([np.asarray(image) for image in sized])[:, None]


COUNTS = {"outline": DIGITS._replace(has_pairs=True)}
SOURCES: dict[str, Callable[[], Splits]] = {"outline": make_outline}
