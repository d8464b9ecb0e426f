"""Start child processes from several threads, read their output and pass signals on."""

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

# stages run the Python of this process, even where its environment is not active
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONUNBUFFERED": "1",
}
FORKS = multiprocessing.get_context("forkserver")
# the server imports what the stages need (torch and what its optimisers import late) and the module
# of the command, which each child would import again; it computes nothing, so that children inherit
# no state
FORKS.set_forkserver_preload(["benchmark.cli", "benchmark.pipeline.plan", "torch._inductor"])
# starting a process polls all others, and only one thread may read each exit status
START_LOCK = Lock()
RUNNING: set[subprocess.Popen | BaseProcess] = set()


def start_child(child: BaseProcess) -> None:
    """Start a process; safe to call from several threads."""
    with START_LOCK:
        child.start()


def join_child(child: BaseProcess) -> None:
    """Wait until a process has ended; safe to call from several threads."""
    wait_for([child.sentinel])
    with START_LOCK:
        child.join()


def end_children() -> None:
    """Interrupt every running process and its children; a run in training is saved first."""
    for child in list(RUNNING):
        # an ended process: Linux finds none, macOS denies a signal to its group
        with suppress(ProcessLookupError, PermissionError):
            if isinstance(child, BaseProcess):
                os.kill(child.pid or 0, signal.SIGINT)
            else:
                os.killpg(child.pid, signal.SIGINT)


interruption = Interruption(on_signal=end_children)


@contextmanager
def track_process(child: subprocess.Popen | BaseProcess) -> Iterator[None]:
    """Pass signals on to a process inside the block, and wait for it at the end."""
    RUNNING.add(child)
    if interruption.number:  # the signal arrived before this child was registered
        end_children()
    try:
        yield
    finally:
        join_child(child) if isinstance(child, BaseProcess) else child.wait()
        RUNNING.discard(child)


@contextmanager
def start_dvc(*arguments: str, **streams: Any) -> Iterator[subprocess.Popen]:
    """Start a process of DVC, and wait for it at the end of the block.

    The process has a separate group: Ctrl-C on a terminal reaches this program only, which passes
    it on.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments],
        stdin=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
        process_group=0,
        **streams,
    )
    with track_process(child):
        yield child


@contextmanager
def fork_call(
    call: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[tuple[BaseProcess, Iterator[str]]]:
    """Call a function in a forked process; yield the process and the lines that it prints."""
    reader, writer = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=_call, args=(call, arguments, writer))
    start_child(child)
    with track_process(child), open(reader.fileno(), closefd=False) as lines:
        writer.close()
        yield child, lines


def _call(call: Callable[..., None], arguments: tuple[Any, ...], out: Connection) -> None:
    os.setpgid(0, 0)  # Ctrl-C on a terminal reaches the parent only, which passes it on
    for stream in (1, 2):
        os.dup2(out.fileno(), stream)
    call(*arguments)
