"""Where networks run: the GPU if there is one; their generators, precision and determinism."""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch


def default_device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def make_deterministic() -> None:
    """Turn operations whose result depends on the order of threads into errors, from now on."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # filling new tensors prevents reads of uninitialised memory, but slows down small images
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def list_generators(device: torch.device) -> list[torch.Generator]:
    """List the generators of random numbers for networks on a device: of the CPU, of a GPU.

    Seeding them is faster than `torch.manual_seed`, which records a traceback for CUDA each time.
    """
    generators = [torch.default_generator]
    if device.type == "cuda":
        generators.append(torch.cuda.default_generators[torch.cuda.current_device()])
    return generators


def use_full_float32() -> None:
    """Convolve in full float32 from now on, as scores on a CPU do; see `full_float32`."""
    torch.backends.cudnn.allow_tf32 = False


def full_float32(device: torch.device) -> AbstractContextManager[Any]:
    """Convolve in full float32: the TF32 that a GPU defaults to keeps 10 bits of the mantissa."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
