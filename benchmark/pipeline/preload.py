"""Import what the stages need, once for all children of a worker; nothing is computed."""

from contextlib import suppress

import torch._inductor  # noqa: F401  # what optimisers import late

import benchmark.cli  # noqa: F401  # the main module of the command, which children import again
from benchmark import tracks

with suppress(Exception):  # of a file of the user's, which the command reports
    from benchmark.pipeline import steps, worker  # noqa: F401
for name in tracks.names():
    with suppress(Exception):  # of a file of the user's, which its runs report
        tracks.load(name)
