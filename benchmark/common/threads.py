"""The number of threads that a process computes with."""

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """Limit the threads of torch and of NumPy's linear algebra, from now on.

    The bits of a result depend on the number of threads. Processes with more threads than cores
    wait for each other: two runs scored in parallel take forty times as long.
    """
    torch.set_num_threads(count)
    threadpool_limits(count)
