"""Super-resolution: patches of photographs that come with packages, and smaller images of them.

The part ``test`` also has its photographs whole, on which PSNR and SSIM are computed.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.image_files import load_rgb
from benchmark.data.parts import Parts
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays

PATCH = 32  # side of a patch, in pixels
NOISE = 8.0  # standard deviation, in grey levels


# of each part, in scikit-learn and scikit-image; no photograph is in two parts
PHOTOGRAPHS = {
    "train": ("china.jpg", "astronaut.png", "coffee.png"),
    "validation": ("chelsea.png",),
    "extractor": ("ihc.png", "retina.jpg", "brick.png", "grass.png", "gravel.png"),
    "test": ("flower.jpg", "rocket.jpg"),
}
OVERLAP = {"train": 2}  # patches per side of one; elsewhere they do not overlap


def make_photographs(scale: int) -> Parts:
    """Make pairs: 32x32 patches of photographs, and as condition smaller ones.

    Conditions are cut from the photograph scaled down by MATLAB's bicubic kernel, as in papers.

    Args:
        scale: side of a patch over side of its condition.
    """
    parts: dict[str, Any] = {part: cut_part(part, scale) for part in PHOTOGRAPHS}
    return Parts(**parts)


def load_photograph(name: str) -> np.ndarray:
    """Load a photograph of scikit-learn or scikit-image, uint8 ``(1, 3, h, w)``."""
    package = "sklearn.datasets.images" if name in ("china.jpg", "flower.jpg") else "skimage.data"
    with as_file(files(package) / name) as file:
        return np.asarray(load_rgb(file)).transpose(2, 0, 1)[None]


def crop_to_multiple(photograph: np.ndarray, divisor: int) -> np.ndarray:
    """Crop a photograph ``(..., h, w)`` at the right and the bottom to multiples of a divisor."""
    height, width = (side - side % divisor for side in photograph.shape[-2:])
    return photograph[..., :height, :width]


def cut_part(part: str, scale: int) -> SplitArrays:
    """Cut the patches of a part, in shuffled order.

    Args:
        part: of ``PHOTOGRAPHS``.
        scale: side of a patch over side of its condition.
    """
    generator = np.random.default_rng(stream(0, f"patches of {part}"))
    stride = PATCH // OVERLAP.get(part, 1)
    photographs, cut = [], []
    for name in PHOTOGRAPHS[part]:
        whole = load_photograph(name)
        photographs.append(crop_to_multiple(whole[0], scale))
        photograph = crop_to_multiple(whole, PATCH)
        small = resize_bicubic(photograph, Fraction(1, scale))
        cut.append(
            (
                _cut_patches(photograph, PATCH, stride),
                _cut_patches(small, PATCH // scale, stride // scale),
            )
        )
    images, condition = (np.concatenate(patches) for patches in zip(*cut, strict=True))
    if part == "extractor":  # blur cannot be seen on patches without contrast
        has_contrast = images.std(axis=(1, 2, 3)) > NOISE
        images, condition = images[has_contrast], condition[has_contrast]
    # shuffled, else the first patches, which the pages show, are all of sky
    order = generator.permutation(len(images))
    images, condition = images[order], condition[order]
    degraded, degradations = degrade_images(images, generator)
    return SplitArrays(
        images,
        np.zeros(len(images), dtype=np.int64),
        condition=condition,
        paired=True,
        classifier_inputs=degraded,
        classifier_targets=degradations,
        photographs=tuple(photographs) if part == "test" else None,
    )


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


# patches, at either scale
COUNTS = Counts(train=2_741, held_out=520, has_pairs=True, is_divided=True)
SOURCES: dict[str, Callable[[], Parts]] = {
    f"photographs_x{scale}": partial(make_photographs, scale) for scale in (2, 4)
}
