"""Images to be made from smaller ones: patches of scikit-learn's two photographs."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize
from benchmark.data.sources.images import Split

# images, labels, what they are made from, that these are pairs, and what a classifier is to learn
Lesson = tuple[Any, ...]
PATCH = 32  # side of what is cut from photographs, in pixels
NOISE = 8.0  # standard deviation, in grey levels


def photographs(scale: int) -> tuple[Lesson, Lesson]:
    """Patches of scikit-learn's two photographs, one to train on and one to test on.

    32x32, and what each is to be made from, cut from the photograph made smaller by MATLAB's
    bicubic kernel, as in papers. The patches to train on overlap, those to test on do not.
    """
    from sklearn.datasets import load_sample_images

    bundle = load_sample_images()
    names = [Path(name).name for name in bundle.filenames]
    found = []
    for name, stride in {"china.jpg": PATCH // 2, "flower.jpg": PATCH}.items():
        pixels = bundle.images[names.index(name)].transpose(2, 0, 1)[None]
        height, width = (side - side % PATCH for side in pixels.shape[2:])
        photograph = pixels[..., :height, :width]
        small = resize(photograph, Fraction(1, scale))
        generator = np.random.default_rng(stream(0, f"patches of {name}"))
        images = _patches(photograph, PATCH, stride)
        order = generator.permutation(len(images))  # or the first to be shown would all be sky
        images, given = images[order], _patches(small, PATCH // scale, stride // scale)[order]
        labels = np.zeros(len(images), dtype=np.int64)
        found.append((images, labels, given, np.True_, *lessons(images, generator)))
    return found[0], found[1]


def lessons(images: np.ndarray, generator: np.random.Generator) -> Split:
    """What a classifier is to learn from photographs, which have no classes: what was done to them.

    Nothing (label 0), made smaller and larger again by 2 (1) or by 4 (2), or noise added (3). What
    tells these apart are edges and textures, which are what a perceptual distance is to see.

    Args:
        images: uint8 ``(n, c, h, w)``.
        generator: that draws what is done to each.
    """
    labels = generator.integers(4, size=len(images))
    changed = images.copy()
    for label, scale in ((1, 2), (2, 4)):
        mine = labels == label
        changed[mine] = resize(resize(images[mine], Fraction(1, scale)), scale)
    noisy = images[labels == 3] + generator.normal(scale=NOISE, size=images[labels == 3].shape)
    changed[labels == 3] = np.rint(noisy).clip(0, 255)
    return changed, labels


def _patches(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """Square patches of an image ``(1, c, h, w)``, row by row, ``(n, c, side, side)``."""
    windows = np.lib.stride_tricks.sliding_window_view(image[0], (side, side), axis=(1, 2))
    return (
        windows[:, ::stride, ::stride]
        .transpose(1, 2, 0, 3, 4)
        .reshape(-1, len(image[0]), side, side)
    )


SOURCES: dict[str, Callable[[], tuple[Lesson, Lesson]]] = {
    f"photographs_x{scale}": partial(photographs, scale) for scale in (2, 4)
}
