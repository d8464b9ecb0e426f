"""Measure loops in processes of their own, in turns.

A process has one memory allocator, so loops with different allocators need different processes.
They take turns in blocks, so that what else the machine does affects all alike.
"""

import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any, NamedTuple

from benchmark.common import processes
from benchmark.common.devices import make_deterministic

Loop = Callable[[], None]  # one round


class Contender(NamedTuple):
    """A loop to measure.

    Attributes:
        make: makes the loop in its process, from the arguments.
        arguments: of ``make``.
        keeps_memory: whether the allocator keeps freed memory, as the benchmark's does.
        environment: variables of its process, besides those of this one; None removes one.
    """

    make: Callable[..., Loop]
    arguments: tuple[Any, ...] = ()
    keeps_memory: bool = True
    environment: Mapping[str, str | None] = MappingProxyType({})


class Measured(NamedTuple):
    """Medians over the blocks of a contender, for one round."""

    seconds: float  # of the processor, in user code and in the kernel
    faults: float  # pages that the kernel had to provide


@contextmanager
def extended_environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables in the block, or remove those that are None."""
    before = {name: os.environ.get(name) for name in variables}
    _update_environment(variables)
    try:
        yield
    finally:
        _update_environment(before)


def _update_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def serve(pipe: Connection, contender: Contender, threads: int) -> None:
    """Run blocks of a loop on request: receive numbers of rounds, send seconds and page faults."""
    processes.limit_threads(threads)
    if contender.keeps_memory:
        processes.keep_freed_memory()
    make_deterministic()
    loop = contender.make(*contender.arguments)
    for _ in range(2):
        loop()  # compiled, allocated
    pipe.send("ready")
    while rounds := pipe.recv():
        faults, started = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.process_time()
        for _ in range(rounds):
            loop()
        seconds = time.process_time() - started
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
        pipe.send((seconds / rounds, faults // rounds))


def compare(
    contenders: dict[str, Contender],
    *,
    blocks: int,
    rounds: int,
    processes_each: int = 3,
    threads: int = 1,
) -> dict[str, Measured]:
    """Measure contenders in turns.

    Args:
        contenders: by name.
        blocks: turns of each process.
        rounds: of the loop in a block.
        processes_each: processes of a contender, one after another: a process is up to a tenth
            faster or slower than another of the same loop, depending on where its memory lies.
        threads: of torch in each process.
    """
    measured: dict[str, list[tuple[float, int]]] = {name: [] for name in contenders}
    for _ in range(processes_each):
        for name, values in measure_once(contenders, blocks, rounds, threads).items():
            measured[name] += values
    return {
        name: Measured(*(statistics.median(values) for values in zip(*blocks_of, strict=True)))
        for name, blocks_of in measured.items()
    }


def measure_once(
    contenders: dict[str, Contender], blocks: int, rounds: int, threads: int
) -> dict[str, list[tuple[float, int]]]:
    """Measure contenders in turns, in one process each; see `compare`."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    measured: dict[str, list[tuple[float, int]]] = {name: [] for name in contenders}
    for name, contender in contenders.items():
        pipes[name], theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, contender, threads), daemon=True)
        with extended_environment(contender.environment):
            process.start()
        theirs.close()
        pipes[name].recv()
    for _ in range(blocks):
        for name, pipe in pipes.items():
            pipe.send(rounds)
            measured[name].append(pipe.recv())
    for pipe in pipes.values():
        pipe.send(0)
    return measured
