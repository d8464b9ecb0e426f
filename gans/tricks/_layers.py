"""List and replace layers of a network."""

from collections.abc import Callable

from torch import nn


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
