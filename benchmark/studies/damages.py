"""Damage sets of real images to a given extent, to learn which metrics notice it.

Each damage starts from the same undamaged set. Its random choices depend on the draw and not on the
level, so that a higher level adds to the damage of a lower one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmark.data.splits import Split

MAX_CLASS_LEVELS = 10  # of data sets with more classes, evenly spaced numbers of them are dropped


@dataclass(frozen=True)
class Pool:
    """Real images that sets are made of.

    Attributes:
        held_out: images, uint8 ``(n, c, h, w)``, and labels, ``(n,)``, in random order; the first
            of them are the undamaged set.
        train: training images and labels, likewise.
        size: number of images in a set, at most n.
    """

    held_out: Split
    train: Split
    size: int

    @property
    def undamaged(self) -> Split:
        """The undamaged set."""
        return select(self.held_out, np.arange(self.size))


def select(split: Split, rows: np.ndarray) -> Split:
    """Select images and their labels by their indices."""
    return split[0][rows], split[1][rows]


def count_share(share: float, size: int) -> int:
    """Count the images of a share, 0 to 1."""
    return round(share * size)


def drop_classes(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Leave ``level`` random classes out, and fill the set with images of the others.

    If the others have too few images, these repeat in turn, each equally often.
    """
    labels = pool.held_out[1]
    dropped = rng.permutation(np.unique(labels))[: int(level)]
    kept = np.flatnonzero(~np.isin(labels, dropped))
    return select(pool.held_out, np.resize(kept, pool.size))


def blur(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Convolve every image with a Gaussian; ``level`` is its standard deviation in pixels.

    Beyond the border, its pixels continue.
    """
    images, labels = pool.undamaged
    blurred = gaussian_filter(images.astype(np.float64), (0, 0, level, level), mode="nearest")
    return to_uint8(blurred), labels


def add_noise(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Add Gaussian noise; ``level`` is its standard deviation as a share of the range of pixels."""
    images, labels = pool.undamaged
    return to_uint8(images + 255 * level * rng.standard_normal(images.shape)), labels


def replace_by_noise(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Replace a share ``level`` of the images by uniform noise, and keep their labels."""
    images, labels = pool.undamaged
    noise = rng.integers(0, 256, size=images.shape, dtype=np.uint8)
    count = count_share(level, pool.size)
    return np.concatenate([noise[:count], images[count:]]), labels


def replace_by_copies(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Replace a share ``level`` of the images by different training images of the same classes."""
    images, labels = pool.undamaged
    count = count_share(level, pool.size)
    order = rng.permutation(len(pool.train[1]))
    copies = np.empty(pool.size, dtype=np.int64)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        copies[places] = np.resize(order[pool.train[1][order] == label], len(places))
    return np.concatenate([pool.train[0][copies[:count]], images[count:]]), labels


def repeat(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Replace a share ``level`` of the images by repetitions of the others, in turn."""
    kept = pool.size - count_share(level, pool.size)
    return select(pool.undamaged, np.resize(np.arange(kept), pool.size))


def shrink(pool: Pool, level: float, rng: np.random.Generator) -> Split:
    """Leave a share ``level`` of the images out, so that the set is smaller."""
    return select(pool.undamaged, np.arange(pool.size - count_share(level, pool.size)))


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Round pixels to whole numbers, and clip them to 0 to 255."""
    return np.clip(np.rint(images), 0, 255).astype(np.uint8)


def list_class_levels(pool: Pool) -> list[float]:
    """List numbers of classes to drop, up to all but one."""
    most = len(np.unique(pool.held_out[1])) - 1
    count = min(most, MAX_CLASS_LEVELS - 1)
    return [float(level) for level in np.linspace(0, most, count + 1).round()[1:]]


def list_blur_levels(pool: Pool) -> list[float]:
    """List standard deviations in pixels: 5 to 20 % of the side."""
    side = max(pool.held_out[0].shape[2:])
    return [round(share * side, 2) for share in (0.05, 0.075, 0.1, 0.15, 0.2)]


def fix_levels(*levels: float) -> Callable[[Pool], Sequence[float]]:
    """Make a function that lists the same levels for every pool."""
    return lambda pool: levels


@dataclass(frozen=True)
class Damage:
    """One kind of damage.

    Attributes:
        apply: a function of pool, level and random numbers to images and labels.
        list_levels: a function of the pool to the levels above 0, ascending.
    """

    apply: Callable[[Pool, float, np.random.Generator], Split]
    list_levels: Callable[[Pool], Sequence[float]]


DAMAGES = {
    "dropped_classes": Damage(drop_classes, list_class_levels),
    "blur": Damage(blur, list_blur_levels),
    "noise": Damage(add_noise, fix_levels(0.05, 0.1, 0.2, 0.3, 0.5)),
    "outliers": Damage(replace_by_noise, fix_levels(0.05, 0.1, 0.25, 0.5, 1.0)),
    "copies": Damage(replace_by_copies, fix_levels(0.1, 0.25, 0.5, 0.75, 1.0)),
    "repeats": Damage(repeat, fix_levels(0.5, 0.75, 0.9)),
    "fewer_samples": Damage(shrink, fix_levels(0.5, 0.75, 0.9)),
}
