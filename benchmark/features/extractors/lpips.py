"""LPIPS: perceptual distance between images, with weights fitted to human judgements.

Zhang et al. 2018, arXiv:1801.03924, equation 1, version 0.1. Code and linear layers are those of
the authors, as torchmetrics ships them. The network below them is that of torchvision; its weights
are found as those of the feature extractors.
"""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torchmetrics.functional.image.lpips import _LPIPS

from benchmark.common.devices import default_device, full_float32
from benchmark.common.messages import stop
from benchmark.data.pixels import to_unit
from benchmark.features.extractors import imagenet
from benchmark.features.extractors.resize import to_three_channels
from benchmark.features.extractors.weights import find_weights

BACKBONES = {"alex": "alexnet", "vgg": "vgg16"}
MIN_SIDE = {"alex": 31, "vgg": 16}  # pixels; the last layer then has one position
BATCH = 32  # images of each set that are held as floats at a time


class LPIPS:
    """The mean LPIPS of pairs of images.

    Images are compared at their size: the authors trained on 64x64, and do not enlarge smaller
    images. Exits with one line if the images are too small, or weights are not available.

    Args:
        name: network, ``alex`` or ``vgg``.
        shape: ``(c, h, w)`` of the images.
        weights: a file of the network in place of the published one; the linear layers stay.
        device: None is the GPU if there is one.
    """

    def __init__(
        self,
        name: Literal["alex", "vgg"],
        shape: tuple[int, ...],
        *,
        weights: Path | None = None,
        device: torch.device | None = None,
    ) -> None:
        _, height, width = shape
        if min(height, width) < (side := MIN_SIDE[name]):
            stop(
                f"metric lpips: expected images of at least {side}x{side} pixels for {name}, got"
                f" {height}x{width}; remove the line lpips from metrics"
            )
        self.device = device or default_device()
        self.file = find_weights(imagenet.PUBLISHED[BACKBONES[name]], weights)
        published = imagenet.load_convolutions(BACKBONES[name], self.file)
        network = _LPIPS(net=name, pnet_rand=True)  # or torchvision downloads weights
        for part in network.net.children():
            for index, layer in part.named_children():
                layer.load_state_dict(published[int(index)].state_dict())
        self.network = network.to(self.device)

    def __call__(self, truth: np.ndarray, generated: np.ndarray) -> float:
        """Compute the mean over pairs of images; 0 for equal ones.

        Args:
            truth: uint8 ``(n, 1 or 3, h, w)``.
            generated: likewise; image i is compared with image i.

        Raises:
            ValueError: the shapes differ, or there are no images.
        """
        if truth.shape != generated.shape or not truth.size:
            raise ValueError(
                f"expected two sets of images of one shape, got {truth.shape} and {generated.shape}"
            )
        distances = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(truth), BATCH):
                pair = (
                    to_unit(torch.from_numpy(to_three_channels(images)).to(self.device))
                    for images in (truth[start : start + BATCH], generated[start : start + BATCH])
                )
                distances.append(self.network(*pair).double().flatten().cpu())
        return float(torch.cat(distances).mean())
