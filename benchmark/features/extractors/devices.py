"""Where published networks run, and how precisely."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch


def default_device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def full_float32(device: torch.device) -> AbstractContextManager[Any]:
    """Convolve in full float32: the TF32 that a GPU defaults to keeps 10 bits of the mantissa."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
