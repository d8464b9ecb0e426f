"""How a process computes: its threads, its instructions, and the memory that it keeps."""

import ctypes
import sys

import torch
from threadpoolctl import threadpool_limits

from benchmark.common.arithmetic import allow_bfloat16

# options of mallopt(3) in glibc's malloc.h, and the largest value that it takes
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
LARGEST = 2**31 - 1


def prepare(threads: int, precision: str = "float32") -> None:
    """Prepare this process to compute: limit its threads, and keep the memory that it frees.

    Args:
        threads: number of threads.
        precision: of the training of the track, ``float32`` or ``bfloat16``; see `arithmetic`.
    """
    if precision == "bfloat16":
        allow_bfloat16()
    limit_threads(threads)
    keep_freed_memory()


def limit_threads(count: int) -> None:
    """Limit the threads of torch and of NumPy's linear algebra, from now on.

    The bits of a result depend on the number of threads. Processes with more threads than cores
    wait for each other: two runs scored in parallel take forty times as long.
    """
    torch.set_num_threads(count)
    threadpool_limits(count)


def keep_freed_memory() -> bool:
    """Keep freed memory for later allocations instead of returning it to the system.

    By default glibc returns the memory of large tensors at every step, and each page that is used
    again costs a page fault. See mallopt(3).

    Returns:
        Whether the allocator has such options; only glibc has.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl
        return False
    return all([mallopt(option, LARGEST) for option in (TRIM_THRESHOLD, MMAP_THRESHOLD)])
