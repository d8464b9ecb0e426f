"""The number of threads that a process computes with."""

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """Limit the threads of torch and of NumPy's linear algebra, from now on.

    The number of threads is part of what determines the bits. Processes whose threads outnumber
    the cores wait for each other: two runs scored side by side take forty times as long.
    """
    torch.set_num_threads(count)
    threadpool_limits(count)
