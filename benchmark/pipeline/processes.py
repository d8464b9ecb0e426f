"""Processes that several threads start, hear and wait for, and how a signal reaches them all."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any

from benchmark.common.interruption import Interruption

# `python` in a stage is the one that runs this, whether or not its environment is active
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONUNBUFFERED": "1",
}
FORKS = multiprocessing.get_context("forkserver")
# the server imports what the stages need, torch above all, what its optimisers import late, and
# what the script of the command does, which each child runs again; it computes nothing, so that
# children inherit no state
FORKS.set_forkserver_preload(["benchmark.cli", "benchmark.pipeline.plan", "torch._inductor"])
# to start a process is to ask after all others, and only one thread may hear how each ended
ASKING = Lock()
RUNNING: set[subprocess.Popen | BaseProcess] = set()


def start(child: BaseProcess) -> None:
    """Start a process; safe in several threads at once."""
    with ASKING:
        child.start()


def join(child: BaseProcess) -> None:
    """Wait for the end of a process; safe in several threads at once."""
    wait_for([child.sentinel])
    with ASKING:
        child.join()


def end_children() -> None:
    """Ask every process, and what it runs, to end; a run in training is saved first."""
    for child in list(RUNNING):
        # it has ended: Linux finds no process, macOS denies a signal to a group that has ended
        with suppress(ProcessLookupError, PermissionError):
            if isinstance(child, BaseProcess):
                os.kill(child.pid or 0, signal.SIGINT)
            else:
                os.killpg(child.pid, signal.SIGINT)


interruption = Interruption(on_signal=end_children)


@contextmanager
def running(child: subprocess.Popen | BaseProcess) -> Iterator[None]:
    """A process that is told if a signal comes, and waited for at the end of the block."""
    RUNNING.add(child)
    if interruption.number:  # it came before this child could be told
        end_children()
    try:
        yield
    finally:
        join(child) if isinstance(child, BaseProcess) else child.wait()
        RUNNING.discard(child)


@contextmanager
def dvc(*arguments: str, **streams: Any) -> Iterator[subprocess.Popen]:
    """A process of DVC, waited for at the end of the block.

    In a group of its own: Ctrl-C on a terminal goes to this program alone, which passes it on.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments],
        stdin=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
        process_group=0,
        **streams,
    )
    with running(child):
        yield child


@contextmanager
def fork(
    call: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[tuple[BaseProcess, Iterator[str]]]:
    """A process that calls a function, and the lines that it says."""
    reader, writer = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=_speak, args=(call, arguments, writer))
    start(child)
    with running(child), open(reader.fileno(), closefd=False) as lines:
        writer.close()
        yield child, lines


def _speak(call: Callable[..., None], arguments: tuple[Any, ...], out: Connection) -> None:
    os.setpgid(0, 0)  # Ctrl-C on a terminal goes to the program alone, which passes it on
    for stream in (1, 2):
        os.dup2(out.fileno(), stream)
    call(*arguments)
