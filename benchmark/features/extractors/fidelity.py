"""Base class of the extractors whose networks come through torch-fidelity."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch_fidelity.feature_extractor_base import FeatureExtractorBase

from benchmark.common.devices import default_device, full_float32
from benchmark.features.extractors.resize import to_three_channels

BATCH = 64  # as in torch-fidelity: sums of floats depend on it in the last bit


class TorchFidelityExtractor:
    """Runs a network of torch-fidelity over images.

    Args:
        network: takes uint8 ``(b, 3, h, w)`` of any size and resizes them itself.
        file: its weights.
        device: where it runs; None is the GPU if there is one.
    """

    resize_note = ""  # how the network resizes, for the reader

    def __init__(
        self, network: FeatureExtractorBase, *, file: Path, device: torch.device | None
    ) -> None:
        self.device = device or default_device()
        self.network = network.to(self.device).eval().requires_grad_(False)
        self.file = file

    def run_network(self, images: np.ndarray, *, batch: int = BATCH) -> list[Tensor]:
        """Compute the outputs of the network for images, uint8 ``(n, c, h, w)``.

        Returns:
            Float64, on the CPU.
        """
        images = np.ascontiguousarray(images)
        parts = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(images), batch):
                part = torch.from_numpy(to_three_channels(images[start : start + batch]))
                parts.append([out.double().cpu() for out in self.network(part.to(self.device))])
        return [torch.cat(outputs) for outputs in zip(*parts, strict=True)]

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to images ``(c, h, w)`` before the network sees them."""
        channels, height, width = shape
        return (["one channel repeated to three"] if channels == 1 else []) + [
            f"{height}x{width} resized to {self.resize_note}"
        ]
