"""Tests and benchmarks, which compute with the arithmetic of the pipeline."""

from benchmark.common.arithmetic import select_arithmetic

select_arithmetic()  # before a test or a benchmark imports the libraries
