"""Image translation between several domains: the digits, rendered in several ways."""

from collections.abc import Callable

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.sources.images import DIGITS, load_digits
from benchmark.data.sources.translation import SIDE, enlarge_images
from benchmark.data.splits import SplitArrays, Splits

DOMAINS = ("plain", "inverted", "red", "rotated")


def make_renderings() -> Splits:
    """Make pairs: the digits at 16x16 in one of ``DOMAINS``, and as condition in another one.

    Both domains are drawn for each digit. A condition has 3 + 2k channels: the image, k planes for
    the target domain and k planes for the source domain.
    """
    parts = []
    for split, digits in zip(("train", "test"), load_digits(), strict=True):
        rendered = render_domains(digits.images)
        n, k = len(digits.images), len(DOMAINS)
        generator = np.random.default_rng(stream(0, f"domains of {split}"))
        source = generator.integers(k, size=n)
        target = (source + generator.integers(1, k, size=n)) % k
        each, size = np.arange(n), rendered.shape[3:]
        condition = [
            rendered[source, each],
            make_planes(target, *size),
            make_planes(source, *size),
        ]
        parts.append(
            SplitArrays(
                rendered[target, each], digits.labels, condition=np.concatenate(condition, axis=1)
            )
        )
    return parts[0], parts[1]


def render_domains(images: np.ndarray) -> np.ndarray:
    """Render digits, uint8 ``(n, 1, 8, 8)``, in each of ``DOMAINS``, uint8 ``(k, n, 3, 16, 16)``.

    The last domain is rotated to the left by a quarter: by half, a 6 would be a 9.
    """
    plain = enlarge_images(images, SIDE).repeat(3, axis=1)
    red = plain.copy()
    red[:, 1:] = 0
    return np.stack([plain, 255 - plain, red, np.rot90(plain, axes=(2, 3))])


def make_planes(domains: np.ndarray, height: int, width: int) -> np.ndarray:
    """Encode domains as one-hot planes, uint8 ``(n, k, height, width)``, of 0 or 255.

    Args:
        domains: indices into ``DOMAINS``, ``(n,)``.
        height, width: of the planes, in pixels.
    """
    one_hot = 255 * np.eye(len(DOMAINS), dtype=np.uint8)[domains]
    return one_hot[:, :, None, None].repeat(height, axis=2).repeat(width, axis=3)


COUNTS = {"renderings": DIGITS._replace(has_pairs=True)}
SOURCES: dict[str, Callable[[], Splits]] = {"renderings": make_renderings}
