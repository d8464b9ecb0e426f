"""Batches for training small networks."""

from collections.abc import Iterator

import torch
from torch import Tensor


def shuffled_batches(
    count: int, *, batch: int, epochs: int, device: torch.device
) -> Iterator[Tensor]:
    """Yield the indices ``(batch,)`` of each training step, shuffled anew in each epoch.

    An incomplete batch at the end of an epoch is dropped.

    Args:
        count: number of samples.
        batch: samples of a step.
        epochs: passes over the samples.
        device: of the indices; the order is drawn on the CPU.
    """
    for _ in range(epochs):
        order = torch.randperm(count).to(device)
        for start in range(0, count - batch + 1, batch):
            yield order[start : start + batch]
