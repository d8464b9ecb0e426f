"""Super-resolution: patches of photographs that come with packages, and smaller images of them.

The part ``test`` also has its photographs whole, on which PSNR and SSIM are computed.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.image_files import load_rgb
from benchmark.data.parts import Parts
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays

PATCH = 32  # side of a patch, in pixels
ERROR = 8.0  # standard deviation of what is added to degraded images, in grey levels
BLOCK = 4  # side of a block of such an error, and the factor of the blur
LEAST_CONTRAST = 0.3  # of recoloured images, as a share of theirs


# of each part, in scikit-learn and scikit-image; no photograph is in two parts
PHOTOGRAPHS = {
    "train": ("china.jpg", "astronaut.png", "coffee.png"),
    "validation": ("chelsea.png",),
    "extractor": ("ihc.png", "retina.jpg", "brick.png", "grass.png", "gravel.png"),
    "test": ("flower.jpg", "rocket.jpg"),
}
# those of scenes, to train on where other photographs are held out
TO_TRAIN = PHOTOGRAPHS["train"] + PHOTOGRAPHS["validation"] + PHOTOGRAPHS["test"]
OVERLAP = {"train": 2}  # patches per side of one; elsewhere they do not overlap
MOST = {"extractor": 256}  # patches of one photograph; elsewhere all


def make_photographs(scale: int) -> Parts:
    """Make pairs: 32x32 patches of photographs, and as condition smaller ones.

    Conditions are cut from the photograph scaled down by MATLAB's bicubic kernel, as in papers.

    Args:
        scale: side of a patch over side of its condition.
    """
    parts: dict[str, Any] = {part: cut_part(part, scale) for part in PHOTOGRAPHS}
    return Parts(**parts)


def open_photograph(name: str) -> AbstractContextManager[Path]:
    """Open the file of a photograph of scikit-learn or scikit-image."""
    package = "sklearn.datasets.images" if name in ("china.jpg", "flower.jpg") else "skimage.data"
    return as_file(files(package) / name)


def load_photograph(name: str) -> np.ndarray:
    """Load a photograph of scikit-learn or scikit-image, uint8 ``(1, 3, h, w)``."""
    with open_photograph(name) as file:
        return np.asarray(load_rgb(file)).transpose(2, 0, 1)[None]


@contextmanager
def copy_photographs() -> Iterator[Path]:
    """Copy the photographs of ``TO_TRAIN`` to a folder that the end of the context deletes."""
    with tempfile.TemporaryDirectory() as folder:
        for name in TO_TRAIN:
            with open_photograph(name) as file:
                shutil.copy(file, folder)
        yield Path(folder)


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
        patches = (
            _cut_patches(photograph, PATCH, stride),
            _cut_patches(small, PATCH // scale, stride // scale),
        )
        chosen = generator.permutation(len(patches[0]))[: MOST.get(part)]
        cut.append([each[chosen] for each in patches])
    images, condition = (np.concatenate(patches) for patches in zip(*cut, strict=True))
    # shuffled, else the first patches, which the pages show, are all of sky
    order = generator.permutation(len(images))
    images, condition = images[order], condition[order]
    learnt = images if part == "test" else recolour_images(images, generator)
    degraded, degradations = degrade_images(learnt, generator)
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

    Blurred, by scaling down and up again (label 0), or with an error added: noise of each pixel
    (1), noise that is constant in blocks (2), or a checkerboard, as transposed convolutions make
    (3, Odena et al. 2016, doi:10.23915/distill.00003). Each shows on flat images too. No image is
    unchanged: where a photograph is out of focus, that looks like blur.

    Args:
        images: uint8 ``(n, c, h, w)``, of sides that are multiples of ``BLOCK``.
        generator: draws the degradation of each image.

    Returns:
        Degraded images, uint8 ``(n, c, h, w)``, and the labels of their degradations, ``(n,)``.
    """
    labels = generator.integers(4, size=len(images))
    count, channels, height, width = images.shape
    noise = generator.normal(scale=ERROR, size=images.shape)
    coarse = generator.normal(scale=ERROR, size=(count, channels, height // BLOCK, width // BLOCK))
    checkerboard = ERROR * (-1) ** np.indices((height, width)).sum(axis=0)
    errors = {
        1: noise,
        2: coarse.repeat(BLOCK, axis=2).repeat(BLOCK, axis=3),
        3: np.broadcast_to(checkerboard, images.shape),
    }
    degraded = images.copy()
    degraded[labels == 0] = blur_images(images[labels == 0], BLOCK)
    for label, error in errors.items():
        chosen = labels == label
        degraded[chosen] = np.rint(images[chosen] + error[chosen]).clip(0, 255)
    return degraded, labels


def blur_images(images: np.ndarray, factor: int) -> np.ndarray:
    """Scale images, uint8 ``(n, c, h, w)``, down by a factor and up again, bicubically."""
    return resize_bicubic(resize_bicubic(images, Fraction(1, factor)), factor)


def recolour_images(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw mean and contrast of each channel anew, and invert half of the images, at random.

    A classifier that learns degradations of such images does not depend on the colours of the
    photographs that it learns from.

    Args:
        images: uint8 ``(n, c, h, w)``.
        generator: draws the changes.

    Returns:
        uint8 ``(n, c, h, w)``.
    """
    size = (*images.shape[:2], 1, 1)
    contrast = generator.uniform(LEAST_CONTRAST, 1, size)
    contrast *= generator.choice([-1, 1], size=(len(images), 1, 1, 1))
    centred = images - images.mean(axis=(2, 3), keepdims=True)
    levels = contrast * centred + generator.uniform(0, 255, size)
    return np.rint(levels).clip(0, 255).astype(np.uint8)


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
