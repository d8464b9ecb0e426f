"""How many threads a process computes with."""

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """Compute with so many threads from here on, in torch and in the linear algebra of numpy.

    Their number is part of what fixes the bits. Several processes whose threads outnumber the cores
    wait for each other: two runs scored at once take forty times as long.
    """
    torch.set_num_threads(count)
    threadpool_limits(count)
