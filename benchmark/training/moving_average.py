"""The exponential moving average of the weights of a variant."""

import copy

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from gans.common.variant import Variant


class MovingAverage:
    """Averages the weights of a variant in training, and keeps the last finite average.

    Args:
        variant: whose weights are averaged.
        half_life: of the average, in any unit; with 0 the average is the weights themselves.

    Attributes:
        variant: a copy with the averaged weights.
        groups: weights and buffers of the copy: of floating point, which are averaged, and others,
            such as counters, which are copied.
        weight_groups: those of the variant in training.
        last_finite: weights and buffers of the last average that is known to be finite.
    """

    def __init__(self, variant: Variant, half_life: float) -> None:
        self.half_life = half_life
        self.variant = copy.deepcopy(variant).eval().requires_grad_(False)
        self.groups = group_by_dtype(self.variant)
        self.weight_groups = group_by_dtype(variant)
        self.last_finite = clone_state(self.variant)

    def update(self, duration: float) -> None:
        """Update the average after a step.

        Args:
            duration: of the step, in the unit of the half-life.
        """
        (averages, counters), (weights, new_counters) = self.groups, self.weight_groups
        if self.half_life:
            get_ema_multi_avg_fn(0.5 ** (duration / self.half_life))(averages, weights, 0)
        else:
            torch._foreach_copy_(averages, weights)
        if counters:
            torch._foreach_copy_(counters, new_counters)

    def store_finite(self) -> None:
        """Store the average as the last finite one."""
        for name, value in self.variant.state_dict().items():
            self.last_finite[name].copy_(value)

    def restore_finite(self) -> None:
        """Restore the last finite average."""
        self.variant.load_state_dict(self.last_finite)


def clone_state(variant: Variant) -> dict[str, Tensor]:
    """Copy the weights and buffers of a variant."""
    return {name: value.clone() for name, value in variant.state_dict().items()}


def group_by_dtype(variant: Variant) -> tuple[list[Tensor], list[Tensor]]:
    """Group weights and buffers, not copied: those of floating point, then the others."""
    tensors = list(variant.state_dict().values())
    floats = [tensor for tensor in tensors if tensor.is_floating_point()]
    return floats, [tensor for tensor in tensors if not tensor.is_floating_point()]
