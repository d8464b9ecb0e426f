"""Sizes, images and options that the checks on a GPU share."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmark.training.trainer import Trainer
from tests.performance.loops import (
    Option,
    build_trainer,
    build_variant,
    load_mnist,
    make_random_images,
)

GOAL = 5  # times the images per second of the textbook loop
VARIANTS = ("dcgan", "wgan_gp", "sngan")
OPTIONS = {
    "float32": Option(),
    "bfloat16": Option(torch.bfloat16),
    "bfloat16, channels last": Option(torch.bfloat16, channels_last=True),
    "CUDA graphs": Option(compile="reduce-overhead"),
    "compile": Option(compile="default"),
    "bfloat16, CUDA graphs": Option(torch.bfloat16, "reduce-overhead"),
}
LOOP_OPTIONS = {name: OPTIONS[name] for name in ("float32", "bfloat16", "CUDA graphs")}


@dataclass(frozen=True)
class Sizes:
    """Sizes of the measurements.

    Attributes:
        sides: heights of the small and the large images.
        widths: of networks, for the comparison of loops; the first one elsewhere.
        batch: images of a batch.
        n_critic: rounds of the critic of WGAN-GP.
        steps: of a short training.
        blocks, rounds: of a comparison of loops.
        samples: that are drawn and scored.
        features: numbers of features, of the classifier and of Inception.
        images: that are trained on.
        variants: of the sections on speed.
    """

    sides: tuple[int, int] = (32, 64)
    widths: tuple[int, int] = (64, 16)
    batch: int = 64
    n_critic: int = 5
    steps: int = 40
    blocks: int = 5
    rounds: int = 20
    samples: int = 10_000
    features: tuple[int, int] = (64, 2048)
    images: int = 60_000
    variants: tuple[str, ...] = VARIANTS


TINY = Sizes((8, 16), (4, 2), 8, 2, 6, 1, 1, 24, (8, 16), 64, ("wgan_gp",))


@dataclass(frozen=True)
class Context:
    """Device, sizes and images of all sections.

    Attributes:
        device: of networks and images.
        sizes: of the measurements.
        small, large: the images at both sides, uint8 ``(n, h, w)``.
    """

    device: torch.device
    sizes: Sizes
    small: np.ndarray
    large: np.ndarray

    def synchronize(self) -> None:
        """Wait until the device has done its work."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def build(self, name: str, pixels: np.ndarray, option: Option, width: int = 0) -> Trainer:
        """Build the trainer of a variant for images."""
        variant = build_variant(
            name,
            side=pixels.shape[1],
            width=width or self.sizes.widths[0],
            n_critic=self.sizes.n_critic,
            device=self.device,
        )
        torch.manual_seed(1)
        return build_trainer(variant, pixels, self.sizes.batch, option)


def load_context(images: Path | None, device: str, sizes: Sizes) -> tuple[Context, str]:
    """Load or draw images at both sides; return them and their description.

    Args:
        images: the idx file of MNIST's images; None for random images.
        device: ``cpu`` or ``cuda``.
        sizes: of the measurements.
    """
    pixels = load_mnist(images) if images else make_random_images(sizes.images)
    pixels = pixels[: sizes.images]
    small, large = (resize(pixels, side) for side in sizes.sides)
    name = "MNIST, padded to 32x32" if images else "random images of 32x32"
    description = f"{name}; pixels repeated or left out for {sizes.sides[0]} and {sizes.sides[1]}"
    return Context(torch.device(device), sizes, small, large), description


def resize(pixels: np.ndarray, side: int) -> np.ndarray:
    """Repeat or leave out pixels of square images ``(n, h, h)``, for another side."""
    index = np.arange(side) * pixels.shape[1] // side
    return np.ascontiguousarray(pixels[:, index][:, :, index])
