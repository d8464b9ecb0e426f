"""Run a function in a child process, read its lines, and end it with its parent.

A child is forked from a server that has imported the libraries, so that nothing is imported twice.
A killed parent leaves no child behind: the child notices and ends itself, as after Ctrl-C.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from threading import Lock, Thread
from typing import Any

from benchmark.common.arithmetic import select_arithmetic
from benchmark.common.paths import report_refusals

FORKS = multiprocessing.get_context("forkserver")
PRELOADED = ["benchmark.pipeline.preload", "benchmark.pipeline.loaded"]
FORKS.set_forkserver_preload(PRELOADED)
# starting a process polls all others, and only one thread may read each exit status
START_LOCK = Lock()
SIGNAL_SECONDS = 1.0  # a signal that arrives between two steps is lost, so it is sent repeatedly
LAST_LINES = 20


def start_server() -> None:
    """Start the server of all children now: it imports the libraries while the caller goes on."""
    select_arithmetic()  # a worker of Dask has not, and the server inherits its environment
    forkserver.ensure_running()


class ChildFailed(Exception):
    """A child process failed; the text says how, and a second try would fail too."""


class Child:
    """A function that runs in a child process.

    Args:
        call: a function of a module.
        arguments: its arguments.
    """

    def __init__(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.lines, lines = FORKS.Pipe(duplex=False)
        self.results, results = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=_call, args=(call, arguments, lines, results))
        with START_LOCK:
            start_server()
            self.process.start()
        lines.close()
        results.close()

    def end(self) -> None:
        """Ask the process and its own children to end; a run in training is saved first."""
        pid = self.process.pid
        assert pid is not None, "the process was started"
        try:
            os.killpg(pid, signal.SIGTERM)
        except ProcessLookupError:  # it has ended, or has no group of its own yet
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def wait(self, show_line: Callable[[str], None]) -> Any:
        """Wait until the function has returned, and return its result.

        Args:
            show_line: called with each line that the function prints.

        Raises:
            ChildFailed: the process ended with another status than 0.
        """
        last: list[str] = []
        with (
            self.lines,
            self.results,
            open(self.lines.fileno(), encoding="utf-8", errors="replace", closefd=False) as lines,
        ):
            for line in lines:
                last = [*last, line][-LAST_LINES:]
                show_line(line.rstrip("\n"))
            wait_for([self.process.sentinel])
            with START_LOCK:
                self.process.join()
            if self.process.exitcode:
                raise ChildFailed(f"failed with status {self.process.exitcode}:\n{''.join(last)}")
            return self.results.recv()


def run_in_child(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a child process without showing its lines; return its result.

    Raises:
        ChildFailed: the process ended with another status than 0.
    """
    return Child(call, arguments).wait(lambda line: None)


def _call(
    call: Callable[..., Any], arguments: tuple[Any, ...], lines: Connection, results: Connection
) -> None:
    os.setpgid(0, 0)  # Ctrl-C on a terminal reaches the command only, which ends its children
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    for stream in (1, 2):
        os.dup2(lines.fileno(), stream)
    with report_refusals():
        results.send(call(*arguments))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # nobody reads the lines; a broken pipe would end the run unsaved
        os.dup2(silence, stream)
    while True:
        os.killpg(os.getpid(), signal.SIGTERM)
        time.sleep(SIGNAL_SECONDS)
