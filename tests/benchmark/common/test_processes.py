"""How a process computes."""

import platform
import subprocess
import sys

import pytest
import torch

from benchmark.common import processes

FAULTS = """
import resource, sys, torch
from benchmark.common import processes
processes.limit_threads(1)
if sys.argv[1:] == ["keep"]:
    assert processes.keep_freed_memory()
for step in range(8):
    if step == 4:  # by then, the freed memory has found its place
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    # several large tensors at a time, as in a step of training
    tensors = [torch.zeros(10_000_000) + 1 for _ in range(3)]
    del tensors
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def count_faults(*arguments):
    """Count the page faults of four steps that free large tensors, in a process of its own."""
    command = [sys.executable, "-c", FAULTS, *arguments]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_freed_memory_is_used_again_without_page_faults():
    assert count_faults("keep") < count_faults() / 10


def test_a_process_computes_with_its_threads():
    before = torch.get_num_threads()
    try:
        processes.prepare(2)
        assert torch.get_num_threads() == 2
    finally:
        processes.prepare(before)
