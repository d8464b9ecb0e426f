"""Images as the pipeline holds them, and as a network sees them."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor


def read(dataset: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images, uint8 ``(n, c, h, w)``, and labels, int64 ``(n,)``, of ``train`` or ``test``."""
    with np.load(Path("data") / dataset / f"{split}.npz") as file:
        return file["images"], file["labels"]


def to_unit(images: Tensor) -> Tensor:
    """uint8 to float32 in [-1, 1]."""
    return images.float() / 127.5 - 1


def to_bytes(images: Tensor) -> Tensor:
    """Floats in [-1, 1] to uint8, rounded to the nearest of 256 levels."""
    return ((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


class Batches:
    """Endless shuffled batches of a data set that lies on the device as uint8.

    Each pass is a new permutation; what is left of one that is shorter than a batch is skipped.

    Args:
        images: uint8 ``(n, ...)``, on the device where the batches are wanted.
        batch: images a batch, at most n.
        seed: of the order; the order is the same on every device.
    """

    def __init__(self, images: Tensor, batch: int, seed: int) -> None:
        if batch > len(images):
            raise ValueError(f"a batch of {batch} cannot be drawn from {len(images)} images")
        self.images = images
        self.batch = batch
        self.images_seen = 0
        self._generator = torch.Generator().manual_seed(seed)
        self._shuffle()

    def _shuffle(self) -> None:
        self._pass_state = self._generator.get_state()
        order = torch.randperm(len(self.images), generator=self._generator)
        self._order = order.to(self.images.device)
        self._position = 0

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> Tensor:
        if self._position + self.batch > len(self._order):
            self._shuffle()
        chosen = self._order[self._position : self._position + self.batch]
        self._position += self.batch
        self.images_seen += self.batch
        return to_unit(self.images[chosen])

    def state_dict(self) -> dict[str, Any]:
        """What ``load_state_dict`` needs to go on with the next batch."""
        return {
            "generator": self._pass_state,
            "position": self._position,
            "images_seen": self.images_seen,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._generator.set_state(state["generator"])
        self._shuffle()
        self._position = state["position"]
        self.images_seen = state["images_seen"]
