"""Super-resolution: patches of scikit-learn's two photographs, and smaller images of them."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays, Splits

PATCH = 32  # side of a patch, in pixels
NOISE = 8.0  # standard deviation, in grey levels


def make_photographs(scale: int) -> Splits:
    """Make pairs: patches of scikit-learn's two photographs, and as condition smaller ones.

    Patches are 32x32; those of the one photograph, to train on, overlap, and those of the other,
    to test on, do not. Conditions are cut from the photograph scaled down by MATLAB's bicubic
    kernel, as in papers.

    Args:
        scale: side of a patch over side of its condition.
    """
    from sklearn.datasets import load_sample_images

    bundle = load_sample_images()
    names = [Path(name).name for name in bundle.filenames]
    parts = []
    for name, stride in {"china.jpg": PATCH // 2, "flower.jpg": PATCH}.items():
        pixels = bundle.images[names.index(name)].transpose(2, 0, 1)[None]
        height, width = (side - side % PATCH for side in pixels.shape[2:])
        photograph = pixels[..., :height, :width]
        small = resize_bicubic(photograph, Fraction(1, scale))
        generator = np.random.default_rng(stream(0, f"patches of {name}"))
        images = _cut_patches(photograph, PATCH, stride)
        # shuffled, else the first patches, which the pages show, are all of sky
        order = generator.permutation(len(images))
        images = images[order]
        condition = _cut_patches(small, PATCH // scale, stride // scale)[order]
        degraded, degradations = degrade_images(images, generator)
        parts.append(
            SplitArrays(
                images,
                np.zeros(len(images), dtype=np.int64),
                condition=condition,
                paired=True,
                classifier_inputs=degraded,
                classifier_targets=degradations,
            )
        )
    return parts[0], parts[1]


def degrade_images(
    images: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Degrade each image in one of four ways, for a classifier of photographs without classes.

    Unchanged (label 0), scaled down and up again by 2 (1) or by 4 (2), or with noise added (3). To
    distinguish these, a classifier has to represent edges and textures, as a perceptual distance
    should.

    Args:
        images: uint8 ``(n, c, h, w)``.
        generator: draws the degradation of each image.

    Returns:
        Degraded images, uint8 ``(n, c, h, w)``, and the labels of their degradations, ``(n,)``.
    """
    labels = generator.integers(4, size=len(images))
    degraded = images.copy()
    for label, scale in ((1, 2), (2, 4)):
        chosen = labels == label
        degraded[chosen] = resize_bicubic(resize_bicubic(images[chosen], Fraction(1, scale)), scale)
    noisy = images[labels == 3] + generator.normal(scale=NOISE, size=images[labels == 3].shape)
    degraded[labels == 3] = np.rint(noisy).clip(0, 255)
    return degraded, labels


def _cut_patches(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """Cut square patches of an image ``(1, c, h, w)``, row by row, ``(n, c, side, side)``."""
    windows = np.lib.stride_tricks.sliding_window_view(image[0], (side, side), axis=(1, 2))
    return (
        windows[:, ::stride, ::stride]
        .transpose(1, 2, 0, 3, 4)
        .reshape(-1, len(image[0]), side, side)
    )


COUNTS = Counts(train=975, held_out=260, has_pairs=True)  # patches, at either scale
SOURCES: dict[str, Callable[[], Splits]] = {
    f"photographs_x{scale}": partial(make_photographs, scale) for scale in (2, 4)
}
