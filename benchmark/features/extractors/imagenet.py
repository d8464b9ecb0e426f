"""Convolutions of networks of torchvision that were trained to classify ImageNet.

AlexNet: Krizhevsky 2014, arXiv:1404.5997. VGG-16 and VGG-19: Simonyan and Zisserman 2014,
arXiv:1409.1556, without batch normalisation. torchvision publishes the first digits of the SHA-256;
the other digits come from further projects that use the files.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models

from benchmark.common.messages import stop
from benchmark.features.extractors.weights import PublishedWeights, find_weights, read_tensors

MODELS = "https://download.pytorch.org/models"
PUBLISHED = {
    name: PublishedWeights(network=name, url=f"{MODELS}/{file}", sha256=digest, kind="network")
    for name, file, digest in (
        (
            "alexnet",
            "alexnet-owt-7be5be79.pth",
            "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
        ),
        (
            "vgg16",
            "vgg16-397923af.pth",
            "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        ),
        (
            "vgg19",
            "vgg19-dcbb9e9d.pth",
            "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
        ),
    )
}
# of red, green and blue in ImageNet, for pixels in [0, 1]: the normalisation of training
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def load_convolutions(name: str, file: Path) -> nn.Sequential:
    """Load the part ``features`` of a network, frozen, on the CPU.

    Exits with one line if the file does not hold it.

    Args:
        name: a key of ``PUBLISHED``.
        file: weights of the whole network, or of this part under the same names.
    """
    part = "features."
    tensors = read_tensors(file, name, kind=PUBLISHED[name].kind)
    with torch.device("meta"):  # draws no weights, most of which would belong to other layers
        network = getattr(models, name)(weights=None).features
    try:
        network.load_state_dict(
            {
                key.removeprefix(part): value.float()
                for key, value in tensors.items()
                if key.startswith(part)
            },
            assign=True,
        )
    except RuntimeError:  # other names or shapes
        stop(
            f"{PUBLISHED[name].title}: {file}: expected weights of torchvision's {name}, got"
            " others; replace it"
        )
    return network.eval().requires_grad_(False)


def load_layers(
    name: str, device: torch.device, *, weights: Path | None = None
) -> Callable[[Tensor], list[Tensor]]:
    """Load a network up to its last convolution, for perceptual losses.

    VGG-19 ends in the fourth convolution before the fifth pooling: its output after a ReLU is
    phi_{5,4} of Ledig et al. 2017 (SRGAN), arXiv:1609.04802, equation 5, and its output without a
    ReLU is what Wang et al. 2018 (ESRGAN), arXiv:1809.00219, section 3.2, compare.

    Args:
        name: a key of ``PUBLISHED``.
        device: where the network runs.
        weights: a file in place of the published one.

    Returns:
        A function from images ``(n, 1 or 3, h, w)`` in [-1, 1] to the outputs of each convolution
        before its activation.
    """
    network = list(load_convolutions(name, find_weights(PUBLISHED[name], weights)).to(device))
    last = max(index for index, layer in enumerate(network) if isinstance(layer, nn.Conv2d))
    mean, deviation = (
        torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (MEAN, DEVIATION)
    )

    def compute_layers(images: Tensor) -> list[Tensor]:
        maps, outputs = ((images + 1) / 2 - mean) / deviation, []
        for layer in network[: last + 1]:
            # the ReLUs of torchvision would overwrite the maps that are returned
            maps = maps.relu() if isinstance(layer, nn.ReLU) else layer(maps)
            if isinstance(layer, nn.Conv2d):
                outputs.append(maps)
        return outputs

    return compute_layers
