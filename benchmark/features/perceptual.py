"""The network by whose layers losses compare images: `perceptual:` of a data set in params.yaml.

- classifier: the data set's own, which the stage `features` has pinned;
- vgg19: VGG-19 with the weights that torchvision publishes, as in papers.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from benchmark import config
from benchmark.common.messages import stop
from benchmark.config import Cell
from benchmark.features import features
from benchmark.features.extractors import classifier
from benchmark.features.extractors.weights import checksum, find

SMALLEST = 16  # pixels along a side, of which four poolings leave VGG-19 one place


def chosen(cell: Cell, settings: config.Params) -> str:
    """The network of a cell, by its name in params.yaml."""
    own = settings.boards[cell.board].datasets[cell.dataset]
    return getattr(own, "perceptual", "classifier")  # not every board lets one choose


def layers(
    cell: Cell, settings: config.Params, shape: tuple[int, ...], device: torch.device
) -> Callable[[Tensor], list[Tensor]]:
    """What a variant is given as ``perceive``; see `gans.common.variant.ImageToImage`.

    Exits with one line if images are too small for the network, or its weights cannot be had.

    Args:
        cell: whose features stage has run.
        settings: of its board.
        shape: ``(c, h, w)`` of an image.
        device: where the network runs.
    """
    if chosen(cell, settings) == "classifier":
        return features.layers(cell.dataset, device)
    if min(shape[1:]) < SMALLEST:
        _, height, width = shape
        stop(
            f"{cell.dataset}: images of {height}x{width} pixels are too small for VGG-19, which"
            f" takes {SMALLEST}x{SMALLEST}; write perceptual: classifier"
        )
    from benchmark.features.extractors import (
        imagenet,  # torchvision takes a second that other cells do not need
    )

    return imagenet.layers("vgg19", device)


def facts(cell: Cell, settings: config.Params) -> dict[str, str]:
    """The name of the network and the SHA-256 of its weights, for the record of a training."""
    network = chosen(cell, settings)
    if network == "classifier":
        return {"network": network, "weights": checksum(classifier.pinned(cell.dataset))}
    from benchmark.features.extractors import imagenet

    return {"network": network, "weights": checksum(find(imagenet.PUBLISHED[network]))}
