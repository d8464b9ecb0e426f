"""I3D of Carreira and Zisserman 2017, arXiv:1705.07750, on Kinetics-400, for published FVDs.

FVD is from Unterthiner et al. 2018, arXiv:1812.01717. The network is a TorchScript file,
``i3d_torchscript.pt``, which the authors of StyleGAN-V (Skorokhodov, Tulyakov and Elhoseiny 2022,
arXiv:2112.14683) share. No source publishes its digest, so it is not downloaded: the user names its
path, and the digest of the file is pinned with the features.
"""

import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from benchmark.common.devices import default_device, full_float32
from benchmark.common.messages import stop
from benchmark.common.paths import is_readable_file
from benchmark.features.extractors.resize import to_three_channels
from benchmark.features.extractors.weights import FOLDER

FILE = "i3d_torchscript.pt"
VARIABLE = "I3D_WEIGHTS"
SIDE = 224  # pixels
BATCH = 8  # clips


def find_network(path: Path | None = None) -> Path:
    """Find the file: ``path``, the environment variable or the downloads; else exit."""
    from_environment = os.environ.get(VARIABLE)
    for file_name, source in ((path, "--weights"), (from_environment, VARIABLE)):
        if file_name:
            if not is_readable_file(Path(file_name)):
                stop(
                    f"feature space i3d: {source} {file_name}: expected a file, got none;"
                    " correct the path"
                )
            return Path(file_name)
    if not is_readable_file(FOLDER / FILE):
        stop(
            f"feature space i3d: expected {FOLDER / FILE}, got no such file; put {FILE}, which the"
            f" authors of StyleGAN-V share, in {FOLDER}, or its path in {VARIABLE}"
        )
    return FOLDER / FILE


class I3DExtractor:
    """400 logits of the classes of Kinetics, the features of FVD.

    Args:
        weights: the file; None takes that of the environment variable, or of the downloads.
        device: None is the GPU if there is one.
    """

    name = "i3d"
    features = 400

    def __init__(self, *, weights: Path | None = None, device: torch.device | None = None) -> None:
        self.file = find_network(weights)
        self.device = device or default_device()
        try:
            self.network = torch.jit.load(str(self.file), map_location=self.device).eval()
        except (RuntimeError, ValueError, OSError):
            stop(
                f"feature space i3d: {self.file}: expected TorchScript, got another file;"
                " replace it"
            )

    def embed(self, clips: np.ndarray) -> tuple[np.ndarray, None]:
        """Compute features ``(n, 400)``, float64, of clips.

        Exits with one line for images, and if the file holds another network.

        Args:
            clips: uint8 ``(n, c, t, h, w)`` with 1 or 3 channels.
        """
        if clips.ndim != 5:
            stop("feature space i3d: expected clips, got images; choose another feature space")
        parts = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(clips), BATCH):
                part = self.preprocess(clips[start : start + BATCH])
                try:
                    logits = self.network(part, rescale=False, resize=False, return_features=True)
                except RuntimeError as error:
                    reason = str(error).strip().splitlines()[-1]
                    stop(
                        f"feature space i3d: {self.file}: expected features of clips, got an error"
                        f" ({reason}); check that the file holds I3D"
                    )
                parts.append(logits.double().cpu().numpy())
        features = np.concatenate(parts)
        if features.shape[1:] != (self.features,):
            stop(
                f"feature space i3d: {self.file}: expected {self.features} features, got shape"
                f" {features.shape[1:]}; check that the file holds I3D"
            )
        return features, None

    def preprocess(self, clips: np.ndarray) -> Tensor:
        """Convert clips to the input of the network: float32 ``(n, 3, t, 224, 224)`` in [-1, 1]."""
        frames = np.ascontiguousarray(clips.swapaxes(1, 2))
        flat = to_three_channels(frames.reshape(-1, *frames.shape[2:]))
        pixels = torch.from_numpy(flat).to(self.device).float()
        pixels = interpolate(pixels, (SIDE, SIDE), mode="bilinear", align_corners=False)
        return (pixels / 127.5 - 1).unflatten(0, frames.shape[:2]).movedim(1, 2)

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to clips ``(c, t, h, w)`` before the network sees them."""
        channels, _, height, width = shape
        repeated = ["one channel repeated to three"] if channels == 1 else []
        return [*repeated, f"{height}x{width} resized to {SIDE}x{SIDE} (bilinear)"]
