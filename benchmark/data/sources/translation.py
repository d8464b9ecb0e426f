"""Images to be made from images: the digits, and something that was taken from each."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmark.data.sources.images import digits

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]  # images, labels, and what images are made from
SIDE = 16  # of the digits, in pixels


def outline() -> tuple[Pair, Pair]:
    """The digits at 16x16, and the outline that each is to be filled in from."""
    from scipy.ndimage import grey_dilation, grey_erosion

    found = []
    for images, labels in digits():
        large = enlarged(images, SIDE)
        window = (1, 1, 3, 3)
        edges = grey_dilation(large, window) - grey_erosion(large, window)
        found.append((large, labels, edges))
    return found[0], found[1]


def enlarged(images: np.ndarray, side: int) -> np.ndarray:
    """Images, uint8 ``(n, 1, h, w)``, at another size, bicubic."""
    sized = [
        Image.fromarray(image[0]).resize((side, side), Image.Resampling.BICUBIC) for image in images
    ]
    return np.stack([np.asarray(image) for image in sized])[:, None]


SOURCES: dict[str, Callable[[], tuple[Pair, Pair]]] = {"outline": outline}
