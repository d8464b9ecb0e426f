"""The network whose layers perceptual losses compare: ``perceptual`` of a data set in params.yaml.

- classifier: one of the data set that no score uses, which the stage `features` has pinned;
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
from benchmark.features.extractors.weights import find_weights

MIN_SIDE = 16  # pixels; four poolings of VGG-19 reduce them to one position


def perceptual_network(run: Run, settings: config.Params) -> str:
    """Return the name of the network of a run, as in params.yaml."""
    dataset = settings.tracks[run.track].datasets[run.dataset]
    return getattr(dataset, "perceptual", "classifier")  # not every track has the key


def load_perceptual_layers(
    run: Run, settings: config.Params, shape: tuple[int, ...], device: torch.device
) -> Callable[[Tensor], list[Tensor]]:
    """Load the function that a variant uses as ``perceptual_layers``.

    See `gans.common.variant.ImageToImage`. Exits with one line if images are too small for the
    network, or its weights are not available.

    Args:
        run: a run of a data set whose features stage has run.
        settings: all of params.yaml.
        shape: ``(c, h, w)`` of an image.
        device: where the network runs.
    """
    if perceptual_network(run, settings) == "classifier":
        return features.load_classifier_layers(run.dataset, device)
    if min(shape[1:]) < MIN_SIDE:
        _, height, width = shape
        stop(
            f"{run.dataset}: expected images of at least {MIN_SIDE}x{MIN_SIDE} pixels for VGG-19,"
            f" got {height}x{width}; write perceptual: classifier"
        )
    # imported when needed: torchvision takes a second, which other runs can save
    from benchmark.features.extractors import imagenet

    return imagenet.load_layers("vgg19", device)


def describe_perceptual_network(run: Run, settings: config.Params) -> dict[str, str]:
    """Return name and SHA-256 of the network, for the record of a training."""
    network = perceptual_network(run, settings)
    if network == "classifier":
        return {
            "network": network,
            "weights": sha256(classifier.pinned_path(run.dataset, "content")),
        }
    from benchmark.features.extractors import imagenet

    return {"network": network, "weights": sha256(find_weights(imagenet.PUBLISHED[network]))}
