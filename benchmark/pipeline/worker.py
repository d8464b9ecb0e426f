"""Run tasks on a Dask worker, each in a child process.

A task of Dask runs in a thread, where no signal handler can be set, so a task starts its steps in a
child and waits. This module imports no library of the stages: the scheduler imports it too.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dask
from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from benchmark.pipeline.child import (
    FORKS,
    PRELOADED,
    SIGNAL_SECONDS,
    Child,
    ChildFailed,
    run_in_child,
)
from benchmark.pipeline.folder import find_clone, is_shared

if TYPE_CHECKING:  # it imports the libraries of the stages
    from benchmark.pipeline.assignments import Assignment, Outcome


# the main module of `dask worker`, which each child would import again
MAIN_OF_WORKERS = "distributed.cli.dask_worker"


class Running:
    """The tasks that run in this worker process.

    Attributes:
        sessions: key of each task -> its session.
        children: key of each task -> its child.
        ended: keys of tasks whose end was requested.
        stopped: sessions whose tasks do not start any more.
        is_closing: whether the worker is closing.
    """

    def __init__(self) -> None:
        self.sessions: dict[Any, str] = {}
        self.children: dict[Any, Child] = {}
        self.ended: set[Any] = set()
        self.stopped: set[str] = set()
        self.is_closing = False

    def end(self, key: Any) -> None:
        """End the child of a task, now or once it has started."""
        self.ended.add(key)
        if child := self.children.get(key):
            child.end()

    def run(self, key: Any, session: str, start: Callable[[], Child], show_line: Any) -> Any:
        """Run a task in a child and return its result.

        Raises:
            ChildFailed: the child failed, or the session is stopped.
        """
        self.sessions[key] = session
        try:
            if session in self.stopped:
                raise ChildFailed("stopped")
            child = self.children[key] = start()
            if key in self.ended or session in self.stopped:
                child.end()
            return child.wait(show_line)
        finally:
            self.children.pop(key, None)
            self.sessions.pop(key, None)
            self.ended.discard(key)


running = Running()


class TaskPlugin(WorkerPlugin):
    """Prepares a worker process for tasks, and ends the children of tasks that nobody waits for.

    Args:
        is_local: whether the worker runs in the process of the command.
    """

    name = "gan-benchmark"
    idempotent = True  # a second command does not replace the plugin, which would end the children

    def __init__(self, *, is_local: bool) -> None:
        self.is_local = is_local

    def setup(self, worker: Worker) -> None:
        """Undo what Dask sets for its own threads, and choose what children import."""
        if self.is_local:
            return
        for name, value in dask.config.get("distributed.nanny.pre-spawn-environ", {}).items():
            if os.environ.get(name) == str(value):  # else results differ from `dvc repro`
                del os.environ[name]
        FORKS.set_forkserver_preload([*PRELOADED, MAIN_OF_WORKERS])

    def teardown(self, worker: Worker) -> None:
        """End all children; their tasks are scheduled again."""
        running.is_closing = True
        for key in list(running.sessions):
            running.end(key)

    def transition(self, key: Any, start: Any, finish: Any, **_: Any) -> None:
        """End the child of a task that is cancelled, because its command has ended."""
        if finish in ("cancelled", "released", "forgotten") and key in running.sessions:
            running.end(key)


def run_task(assignment: "Assignment") -> "Outcome":
    """Run a task in a child process; its lines go to the command that sent the task.

    Raises:
        ChildFailed: the child failed; Dask does not try such a task again.
        Reschedule: the worker is closing.
    """
    worker = get_worker()
    if multiprocessing.current_process().daemon:
        raise ChildFailed(
            f"failed: worker {worker.address} may not start processes; start it with"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
        )
    session, title = assignment["session"], assignment["title"]

    def show_line(line: str) -> None:
        worker.log_event(session, {"title": title, "line": line})

    try:
        return running.run(
            worker.get_current_task(), session, lambda: Child(_perform, (assignment,)), show_line
        )
    except ChildFailed:
        if running.is_closing:
            raise Reschedule from None
        raise


def _perform(assignment: "Assignment") -> "Outcome":
    from benchmark.pipeline.steps import perform

    return perform(assignment)


async def stop_tasks(session: str) -> None:
    """End the children of a session, and return once they have ended."""
    running.stopped.add(session)
    while keys := [key for key, name in list(running.sessions.items()) if name == session]:
        for key in keys:
            running.end(key)
        await asyncio.sleep(SIGNAL_SECONDS / 4)


def shares_folder(session: str) -> bool:
    """Whether the worker works in the folder of a session."""
    return is_shared(session)


async def delete_checkpoints(names: list[str]) -> None:
    """Delete the checkpoints of runs whose outputs the head has committed."""
    await asyncio.to_thread(run_in_child, _delete_checkpoints, names)


def _delete_checkpoints(names: list[str]) -> None:
    from benchmark.training.checkpoints import delete_checkpoint

    os.chdir(find_clone())
    for name in names:
        delete_checkpoint(name)
