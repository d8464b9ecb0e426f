"""List and replace layers of a network."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def replace_layers(
    network: nn.Module, kind: type[nn.Module], make: Callable[[nn.Module], nn.Module]
) -> None:
    """Replace all layers of a kind, in place.

    Args:
        network: of which layers are replaced; it is no layer of the kind itself.
        kind: class of the layers.
        make: makes a layer from the one that it replaces.
    """
    parents = [
        (parent, name, layer)
        for parent in network.modules()
        for name, layer in parent.named_children()
        if isinstance(layer, kind)
    ]
    for parent, name, layer in parents:
        setattr(parent, name, make(layer))


def list_linear(network: nn.Module) -> list[nn.Linear | nn.Conv2d | nn.ConvTranspose2d]:
    """List the linear and convolutional layers of a network."""
    kinds = nn.Linear | nn.Conv2d | nn.ConvTranspose2d
    return [layer for layer in network.modules() if isinstance(layer, kinds)]


class VirtualBatchNorm(nn.Module):
    """Normalises each sample by the first ones of the batch, the reference, and by itself.

    Salimans et al., 2016, arXiv:1606.03498, section 3.5. The sample counts as one more of the
    reference, so that no sample depends on others that are drawn. The reference itself is normalised by
    its own statistics alone.

    Args:
        layer: of batch normalisation, which it replaces; its channels are kept.
    """

    reference = 64  # samples

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        assert isinstance(layer, nn.BatchNorm2d)
        self.weight = nn.Parameter(torch.ones(layer.num_features, 1, 1))
        self.bias = nn.Parameter(torch.zeros(layer.num_features, 1, 1))
        self.eps = layer.eps

    def forward(self, values: Tensor) -> Tensor:
        """Normalise values ``(reference + n, channels, h, w)``."""
        # the weight of a sample in its statistics; the reference has no further one
        share = values.new_full((len(values), 1, 1, 1), 1 / (self.reference + 1))
        share[: self.reference] = 0
        mean, square = (
            torch.lerp(each[: self.reference].mean(0, keepdim=True), each, share)
            for each in (
                values.mean((2, 3), keepdim=True),
                values.square().mean((2, 3), keepdim=True),
            )
        )
        return (
            self.weight * (values - mean) / (square - mean.square() + self.eps).sqrt() + self.bias
        )
