"""LPIPS: how far apart two images look to a network, weighed as people would.

Zhang et al. 2018, arXiv:1801.03924, equation 1, version 0.1, by the code and with the linear layers
that torchmetrics has from the authors. The network under these is torchvision's; its weights are
looked for as those of the feature spaces are.
"""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torchmetrics.functional.image.lpips import _LPIPS

from benchmark.common.messages import stop
from benchmark.data.pixels import to_unit
from benchmark.features.extractors import imagenet
from benchmark.features.extractors.extractor import default_device, full_float32
from benchmark.features.extractors.resize import three_channels
from benchmark.features.extractors.weights import find

BACKBONES = {"alex": "alexnet", "vgg": "vgg16"}
SMALLEST = {"alex": 31, "vgg": 16}  # pixels along a side, which leave the last layer one place
BATCH = 32  # images of either set that are held as floats at a time


class LPIPS:
    """The mean LPIPS of pairs of images.

    Images are compared as large as they are: the authors learnt from 64x64, and do not enlarge
    smaller ones. Exits with one line if they are too small, or weights cannot be had.

    Args:
        name: of the network, ``alex`` or ``vgg``.
        shape: ``(c, h, w)`` of the images.
        weights: a file in place of the published one, of the network alone.
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
        if min(height, width) < SMALLEST[name]:
            stop(
                f"metric lpips: images of {height}x{width} pixels are too small for {name}, which"
                f" takes {SMALLEST[name]}x{SMALLEST[name]}; leave the line out of metrics"
            )
        self.device = device or default_device()
        self.file = find(imagenet.PUBLISHED[BACKBONES[name]], weights)
        published = imagenet.convolutions(BACKBONES[name], self.file)
        network = _LPIPS(net=name, pnet_rand=True)  # or torchvision fetches weights by itself
        for part in network.net.children():
            for place, layer in part.named_children():
                layer.load_state_dict(published[int(place)].state_dict())
        self.network = network.to(self.device)

    def __call__(self, truth: np.ndarray, made: np.ndarray) -> float:
        """Mean over pairs of images, uint8 ``(n, 1 or 3, h, w)``; 0 for equal ones.

        Raises:
            ValueError: the shapes differ, or there are no images.
        """
        if truth.shape != made.shape or not truth.size:
            raise ValueError(f"images of shapes {truth.shape} and {made.shape} do not compare")
        found = []
        with torch.no_grad(), full_float32(self.device):
            for start in range(0, len(truth), BATCH):
                pair = (
                    to_unit(torch.from_numpy(three_channels(images)).to(self.device))
                    for images in (truth[start : start + BATCH], made[start : start + BATCH])
                )
                found.append(self.network(*pair).double().flatten().cpu())
        return float(torch.cat(found).mean())
