"""What the spaces that come through torch-fidelity share."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch_fidelity.feature_extractor_base import FeatureExtractorBase

from benchmark.features.extractors.resize import three_channels

BATCH = 64  # torch-fidelity's own: sums of floats depend on it in the last bit


def default_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def full_float32(device: torch.device) -> AbstractContextManager[Any]:
    """Convolutions in float32: a GPU's default TF32 keeps 10 bits of the mantissa."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)


class Extractor:
    """Runs an extractor of torch-fidelity over images; a space gives the rest.

    Args:
        network: takes uint8 ``(b, 3, h, w)`` of any size and resizes them itself.
        file: its weights.
        device: where it runs.
    """

    resizes = ""  # how, in words

    def __init__(
        self, network: FeatureExtractorBase, *, file: Path, device: torch.device | None
    ) -> None:
        self.device = device or default_device()
        self.network = network.to(self.device).eval().requires_grad_(False)
        self.file = file

    def run(self, images: np.ndarray, *, batch: int = BATCH) -> list[Tensor]:
        """What the extractor gives for images, uint8 ``(n, c, h, w)``; float64, on the CPU."""
        images = np.ascontiguousarray(images)
        parts = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(images), batch):
                part = torch.from_numpy(three_channels(images[start : start + batch]))
                parts.append([out.double().cpu() for out in self.network(part.to(self.device))])
        return [torch.cat(outputs) for outputs in zip(*parts, strict=True)]

    def notes(self, shape: tuple[int, ...]) -> list[str]:
        """What is done to images ``(c, h, w)``."""
        channels, height, width = shape
        return (["one channel repeated to three"] if channels == 1 else []) + [
            f"{height}x{width} resized to {self.resizes}"
        ]
