"""Networks of torchvision that have learnt to classify ImageNet: their convolutions alone.

AlexNet: Krizhevsky 2014, arXiv:1404.5997. VGG-16 and VGG-19: Simonyan and Zisserman 2014,
arXiv:1409.1556, without batch normalisation. torchvision names the first digits of the checksums;
the others are those by which further projects know the files.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models

from benchmark.common.messages import stop
from benchmark.features.extractors.weights import Published, find, read

MODELS = "https://download.pytorch.org/models"
PUBLISHED = {
    name: Published(space=name, url=f"{MODELS}/{file}", sha256=sha256, kind="network")
    for name, file, sha256 in (
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
# of the red, green and blue of ImageNet, pixels being in [0, 1]: what the networks learnt from
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def convolutions(name: str, file: Path) -> nn.Sequential:
    """``features`` of a network, frozen, on the CPU; exits with one line if they are not in a file.

    Args:
        name: of ``PUBLISHED``.
        file: of the weights of the whole network, or of this part under the same names.
    """
    part = "features."
    tensors = read(file, name, kind=PUBLISHED[name].kind)
    with torch.device("meta"):  # no weights are drawn, most of which would be of other layers
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
        stop(f"{PUBLISHED[name].title}: {file}: not weights of torchvision's {name}")
    return network.eval().requires_grad_(False)


def layers(
    name: str, device: torch.device, *, weights: Path | None = None
) -> Callable[[Tensor], list[Tensor]]:
    """A network up to its last convolution, for perceptual losses.

    Images ``(n, 1 or 3, h, w)`` in [-1, 1] to what each convolution gives before its activation.
    VGG-19 ends in the fourth convolution before the fifth pooling: after a ReLU it gives phi_{5,4}
    of Ledig et al. 2017 (SRGAN), arXiv:1609.04802, equation 5, and without one what Wang et al.
    2018 (ESRGAN), arXiv:1809.00219, section 3.2, compare.

    Args:
        name: of ``PUBLISHED``.
        device: where it runs.
        weights: a file in place of the published one.
    """
    network = list(convolutions(name, find(PUBLISHED[name], weights)).to(device))
    last = max(place for place, layer in enumerate(network) if isinstance(layer, nn.Conv2d))
    mean, deviation = (
        torch.tensor(own, device=device).view(1, 3, 1, 1) for own in (MEAN, DEVIATION)
    )

    def perceive(images: Tensor) -> list[Tensor]:
        maps, found = ((images + 1) / 2 - mean) / deviation, []
        for layer in network[: last + 1]:
            # torchvision's own ReLUs would write over what is returned
            maps = maps.relu() if isinstance(layer, nn.ReLU) else layer(maps)
            if isinstance(layer, nn.Conv2d):
                found.append(maps)
        return found

    return perceive
