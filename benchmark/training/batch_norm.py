"""Recompute the statistics of batch normalisation, which fit no average of weights."""

from collections.abc import Callable

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

BATCHES = 10  # of samples


def recompute_statistics(
    network: nn.Module, draw: Callable[[], object], *, batches: int = BATCHES
) -> None:
    """Set the statistics of the batch normalisation that ``draw`` uses to means over batches.

    The statistics that training gathers belong to the weights of each step. Averaged weights have
    other activations, so the averaged statistics are wrong for them (Izmailov et al. 2018,
    arXiv:1803.05407, section 3.2).

    Args:
        network: in evaluation mode; layers that ``draw`` does not use keep their statistics.
        draw: computes one batch of samples by the network.
        batches: number of batches.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, _BatchNorm)]
    if not layers:
        return
    buffers = [list(layer.buffers()) for layer in layers]
    previous = [[buffer.clone() for buffer in layer_buffers] for layer_buffers in buffers]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a cumulative mean
        layer.train()
    for _ in range(batches):
        draw()
    for layer, momentum, layer_buffers, values in zip(
        layers, momenta, buffers, previous, strict=True
    ):
        layer.momentum = momentum
        layer.eval()
        if not layer.num_batches_tracked:
            for buffer, value in zip(layer_buffers, values, strict=True):
                buffer.copy_(value)
