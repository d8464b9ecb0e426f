"""I3D, the space of published FVDs: Carreira and Zisserman 2017, arXiv:1705.07750, on Kinetics-400;
for FVD after Unterthiner et al. 2018, arXiv:1812.01717.

The network comes as TorchScript, ``i3d_torchscript.pt``, as the authors of StyleGAN-V (Skorokhodov,
Tulyakov and Elhoseiny 2022, arXiv:2112.14683) share it. No source has a checksum of it, so it is
not fetched: its path is given, and what was taken is pinned with the features.
"""

import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from benchmark.common.messages import stop
from benchmark.features.extractors.extractor import default_device, full_float32
from benchmark.features.extractors.resize import three_channels
from benchmark.features.extractors.weights import FOLDER

FILE = "i3d_torchscript.pt"
VARIABLE = "I3D_WEIGHTS"
SIDE = 224
BATCH = 8  # clips


def find(given: Path | None = None) -> Path:
    """Where the network lies: given, in the environment or among the downloads; else exit."""
    named = os.environ.get(VARIABLE)
    for path, source in ((given, "--weights"), (named, VARIABLE)):
        if path:
            if not Path(path).is_file():
                stop(f"feature space i3d: {source} {path}: no such file")
            return Path(path)
    if not (FOLDER / FILE).is_file():
        stop(
            f"feature space i3d: put {FILE}, which the authors of StyleGAN-V share, in {FOLDER}, or"
            f" its path in {VARIABLE}"
        )
    return FOLDER / FILE


class I3DSpace:
    """400 logits of Kinetics' classes, the features that FVD is taken in.

    Args:
        weights: the file; None is that of the environment, or among the downloads.
        device: None is the GPU if there is one.
    """

    name = "i3d"
    features = 400

    def __init__(self, *, weights: Path | None = None, device: torch.device | None = None) -> None:
        self.file = find(weights)
        self.device = device or default_device()
        try:
            self.network = torch.jit.load(str(self.file), map_location=self.device).eval()
        except (RuntimeError, ValueError, OSError):
            stop(f"feature space i3d: {self.file}: not a file of TorchScript")

    def embed(self, clips: np.ndarray) -> tuple[np.ndarray, None]:
        """Features ``(n, 400)``, float64, of clips, uint8 ``(n, c, t, h, w)`` with 1 or 3 channels.

        Exits with one line for images, and where the file holds another network.
        """
        if clips.ndim != 5:
            stop("feature space i3d: sees clips, not images")
        found = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(clips), BATCH):
                part = self.seen(clips[start : start + BATCH])
                try:
                    logits = self.network(part, rescale=False, resize=False, return_features=True)
                except RuntimeError as error:
                    stop(f"feature space i3d: {self.file}: {str(error).strip().splitlines()[-1]}")
                found.append(logits.double().cpu().numpy())
        features = np.concatenate(found)
        if features.shape[1:] != (self.features,):
            stop(f"feature space i3d: {self.file}: gives {features.shape[1:]}, not 400 numbers")
        return features, None

    def seen(self, clips: np.ndarray) -> Tensor:
        """What the network sees: float32 ``(n, 3, t, 224, 224)`` in [-1, 1]."""
        frames = np.ascontiguousarray(clips.swapaxes(1, 2))
        flat = three_channels(frames.reshape(-1, *frames.shape[2:]))
        pixels = torch.from_numpy(flat).to(self.device).float()
        pixels = interpolate(pixels, (SIDE, SIDE), mode="bilinear", align_corners=False)
        return (pixels / 127.5 - 1).unflatten(0, frames.shape[:2]).movedim(1, 2)

    def notes(self, shape: tuple[int, ...]) -> list[str]:
        """What is done to clips ``(c, t, h, w)``."""
        channels, _, height, width = shape
        repeated = ["one channel repeated to three"] if channels == 1 else []
        return [*repeated, f"{height}x{width} resized to {SIDE}x{SIDE} (bilinear)"]
