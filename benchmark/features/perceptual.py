"""The network by whose layers losses compare images: `perceptual:` of a data set in params.yaml.

- classifier: the data set's own, which the stage `features` has pinned;
- vgg19: VGG-19 with the weights that torchvision publishes, as in papers.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.config import Run
from benchmark.features import features
from benchmark.features.extractors import classifier
from benchmark.features.extractors.weights import find

SMALLEST = 16  # pixels along a side, of which four poolings leave VGG-19 one place


def chosen(run: Run, settings: config.Params) -> str:
    """The network of a run, by its name in params.yaml."""
    own = settings.tracks[run.track].datasets[run.dataset]
    return getattr(own, "perceptual", "classifier")  # not every track lets one choose


def layers(
    run: Run, settings: config.Params, shape: tuple[int, ...], device: torch.device
) -> Callable[[Tensor], list[Tensor]]:
    """What a variant is given as ``perceive``; see `gans.common.variant.ImageToImage`.

    Exits with one line if images are too small for the network, or its weights cannot be had.

    Args:
        run: whose features stage has run.
        settings: of its track.
        shape: ``(c, h, w)`` of an image.
        device: where the network runs.
    """
    if chosen(run, settings) == "classifier":
        return features.layers(run.dataset, device)
    if min(shape[1:]) < SMALLEST:
        _, height, width = shape
        stop(
            f"{run.dataset}: images of {height}x{width} pixels are too small for VGG-19, which"
            f" takes {SMALLEST}x{SMALLEST}; write perceptual: classifier"
        )
    from benchmark.features.extractors import (
        imagenet,  # torchvision takes a second that other runs do not need
    )

    return imagenet.layers("vgg19", device)


def facts(run: Run, settings: config.Params) -> dict[str, str]:
    """The name of the network and the SHA-256 of its weights, for the record of a training."""
    network = chosen(run, settings)
    if network == "classifier":
        return {"network": network, "weights": sha256(classifier.pinned(run.dataset))}
    from benchmark.features.extractors import imagenet

    return {"network": network, "weights": sha256(find(imagenet.PUBLISHED[network]))}
