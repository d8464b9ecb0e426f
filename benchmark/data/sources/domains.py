"""Images of one domain to be made into another: the digits, rendered in several ways."""

from collections.abc import Callable

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.sources.images import digits
from benchmark.data.sources.translation import SIDE, Pair, enlarged

DOMAINS = ("plain", "inverted", "red", "rotated")


def renderings() -> tuple[Pair, Pair]:
    """The digits at 16x16 in one of ``DOMAINS``, to be made into another, both drawn for each.

    What is given has 3 + 2k channels: the image, k planes that say which domain is wanted and k
    that say which the image is of.
    """
    found = []
    for split, (images, labels) in zip(("train", "test"), digits(), strict=True):
        shown, count, known = rendered(images), len(images), len(DOMAINS)
        generator = np.random.default_rng(stream(0, f"domains of {split}"))
        own = generator.integers(known, size=count)
        wanted = (own + generator.integers(1, known, size=count)) % known
        each, size = np.arange(count), shown.shape[3:]
        given = [shown[own, each], planes(wanted, *size), planes(own, *size)]
        found.append((shown[wanted, each], labels, np.concatenate(given, axis=1)))
    return found[0], found[1]


def rendered(images: np.ndarray) -> np.ndarray:
    """Digits, uint8 ``(n, 1, 8, 8)``, at 16x16 in each of ``DOMAINS``, ``(k, n, 3, 16, 16)``.

    The last one is turned by a quarter, to the left: by half, a 6 would be a 9.
    """
    plain = enlarged(images, SIDE).repeat(3, axis=1)
    red = plain.copy()
    red[:, 1:] = 0
    return np.stack([plain, 255 - plain, red, np.rot90(plain, axes=(2, 3))])


def planes(domains: np.ndarray, height: int, width: int) -> np.ndarray:
    """A plane for each of ``DOMAINS``, uint8 ``(n, k, height, width)``: one is 255, the others 0.

    Args:
        domains: which one it is, as places in ``DOMAINS``, ``(n,)``.
        height, width: of the planes, in pixels.
    """
    said = 255 * np.eye(len(DOMAINS), dtype=np.uint8)[domains]
    return said[:, :, None, None].repeat(height, axis=2).repeat(width, axis=3)


SOURCES: dict[str, Callable[[], tuple[Pair, Pair]]] = {"renderings": renderings}
