"""A count of steps, for loss terms that are computed only in some of them."""

import torch
from torch import Tensor, nn


class StepCounter(nn.Module):
    """Counts the steps of a run; a resumed run continues to count.

    The number stands in a buffer, and beside it as a Python number: reading the buffer in each step
    would wait for the GPU.
    """

    steps: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.number: int | None = None  # None until the buffer is read
        self.register_load_state_dict_post_hook(forget_number)

    def advance(self) -> int:
        """Return the number of steps before this one, and count this one."""
        if self.number is None:
            self.number = int(self.steps)
        self.number += 1
        self.steps += 1
        return self.number - 1


def forget_number(counter: nn.Module, keys: object) -> None:
    """Forget the Python number of a counter whose buffer was loaded."""
    assert isinstance(counter, StepCounter)
    counter.number = None
