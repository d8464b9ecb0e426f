"""Run tasks on a Dask cluster and commit their outputs: a session of `make repro`."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from dask.typing import Key
from distributed import Future, KilledWorker

from benchmark import config
from benchmark.common.interruption import Interruption
from benchmark.common.messages import stop, summarise_error
from benchmark.pipeline import cluster, recipes, transfer, worker
from benchmark.pipeline.assignments import Assignment, Outcome, fingerprint_recipes
from benchmark.pipeline.child import ChildFailed
from benchmark.pipeline.display import Display
from benchmark.pipeline.dvc_stages import commit_stages
from benchmark.pipeline.plan import Task
from benchmark.training.checkpoints import delete_checkpoint


class TasksFailed(Exception):
    """The tasks cannot go on; the text is for the user."""


class Session:
    """Runs tasks on a cluster, shows their progress, and commits their outputs to DVC.

    The last checkpoint of a run is kept until the run is committed.

    Args:
        name: name of the session, which the lock of the folder holds.
        parts: groups of tasks; a group is committed once all its tasks are done.
        settings: the parameters.
        recipe_texts: the recipes when the code was imported.
        events: receives finished futures, and None after a signal.
        interruption: the signal that was received, if any.
        on_finished: called once all tasks are done, before the last group is committed.
    """

    def __init__(
        self,
        name: str,
        parts: list[list[Task]],
        settings: config.Params,
        recipe_texts: dict[Path, str],
        events: "SimpleQueue[Future | None]",
        interruption: Interruption,
        *,
        on_finished: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.parts = [part for part in parts if part]
        self.tasks = [task for part in parts for task in part]
        self.runs = [task.run for task in self.tasks if task.run]
        self.settings, self.recipe_texts = settings, recipe_texts
        self.events, self.interruption = events, interruption
        self.on_finished = on_finished
        # key of each task that was sent -> the task and its future
        self.running: dict[Key, tuple[Task, Future]] = {}
        self.parcels: dict[str, transfer.Parcel] = {}  # of inputs that are on the remote
        self.seconds = 0.0  # of the steps of finished tasks

    def run(self, scheduler: str | None, jobs: int, runs_per_gpu: int) -> None:
        """Run all tasks; if one fails, end the others, save their runs, and exit with its lines.

        Args:
            scheduler: address of a running scheduler; without it, a local cluster is started.
            jobs: number of parallel tasks of a local cluster.
            runs_per_gpu: number of tasks that may share a GPU.
        """
        self.is_local, self.runs_per_gpu = scheduler is None, runs_per_gpu
        try:
            with cluster.open_cluster(scheduler, jobs=jobs) as client:
                self.client = client
                try:
                    self.run_tasks()
                finally:
                    if self.running:
                        self.stop_tasks()
        except TasksFailed as error:
            stop(str(error))

    def run_tasks(self) -> None:
        """Run all tasks, and commit each group once its tasks are done.

        Raises:
            TasksFailed: a task failed, or the scheduler is gone.
        """
        cluster.wait_for_workers(self.client, lambda: bool(self.interruption.number))
        slots = cluster.count_slots(self.client, self.runs_per_gpu)
        display, started = Display(self.tasks), time.monotonic()
        display.print_line(cluster.describe_cluster(self.client, slots))
        self.client.subscribe_topic(self.name, lambda event: display.show_event(event[1]))
        queued, unfinished = list(self.tasks), {task.title for task in self.tasks}
        with display, cluster.watch_workers(self.client, self.report_lost_tasks(display)):
            while unfinished and not self.interruption.number:
                # a task is sent once the tasks that it needs are done: Dask would repeat them if
                # the worker that made them died
                ready = [task for task in queued if not task.needs & unfinished]
                queued = [task for task in queued if task not in ready]
                self.submit(ready)
                # committed while the next tasks run
                self.commit_parts(unfinished)
                if (event := self.events.get()) is None:
                    break
                task, future = self.running.pop(event.key)
                self.accept(task, future)
                unfinished.discard(task.title)
                display.finish_task(task)
                if task.run and display.finished == display.total:
                    line = self.summarise(time.monotonic() - started, slots)
                    display.print_line(line)
        if not self.interruption.number:
            self.on_finished()
            self.commit_parts(unfinished)

    def report_lost_tasks(self, display: Display) -> Callable[[str, Iterable[Key]], None]:
        """Make the function that prints a line for each task of a worker that has left."""

        def report(worker_address: str, keys: Iterable[Key]) -> None:
            for key in keys:
                if sent := self.running.get(key):
                    title = sent[0].title
                    display.print_line(f"{title}: lost worker {worker_address}; trying again")

        return report

    def submit(self, tasks: list[Task]) -> None:
        """Send tasks to the cluster, with their inputs if a worker does not share this folder."""
        if not tasks:
            return
        shared = self.client.run(worker.shares_folder, self.name, on_error="ignore")
        has_clones = not self.is_local and not all(shared.values())
        resources = cluster.declare_resources(self.client, self.runs_per_gpu)
        for task in tasks:
            assignment: Assignment = {
                "session": self.name,
                "title": task.title,
                "stages": task.stages,
                "recipes": self.fingerprint(task),
                "inputs": self.publish(task.reads) if has_clones else {},
                "runs_per_gpu": self.runs_per_gpu,
            }
            key = ("run" if task.run else "prepare", self.name, task.title)
            future = self.client.submit(
                worker.run_task, assignment, key=key, resources=resources, pure=False, retries=0
            )
            self.running[future.key] = task, future
            future.add_done_callback(self.events.put)

    def fingerprint(self, task: Task) -> dict[str, str]:
        """Fingerprint the recipes that a worker must have; the code of local ones is this one."""
        return {} if self.is_local else fingerprint_recipes(self.recipe_texts, task.stages)

    def publish(self, paths: list[Path]) -> dict[str, transfer.Parcel]:
        """Publish files on the remote, each once."""
        missing = [path for path in paths if path.as_posix() not in self.parcels]
        if missing:
            self.parcels |= transfer.publish(missing)
        return {path.as_posix(): self.parcels[path.as_posix()] for path in paths}

    def accept(self, task: Task, future: Future) -> None:
        """Fetch the outputs of a finished task.

        Raises:
            TasksFailed: the task failed, or the scheduler is gone.
        """
        error = future.exception()
        if isinstance(error, ChildFailed):
            raise TasksFailed(f"{task.title} {error}".rstrip())
        if isinstance(error, KilledWorker):
            raise TasksFailed(f"{task.title} failed: every worker that tried it was killed")
        if future.cancelled():
            raise TasksFailed(
                "the scheduler ended; runs in training are saved, and the same command resumes them"
            )
        if error:
            raise TasksFailed(
                f"{task.title} failed: {summarise_error(error)}; start the scheduler and the"
                " workers with the Python of a clone of this repository, and see their logs"
            )
        outcome: Outcome = future.result()
        transfer.fetch(outcome["outputs"])
        self.parcels |= outcome["outputs"]
        self.seconds += outcome["seconds"]

    def stop_tasks(self) -> None:
        """End the tasks that still run, and wait until their runs are saved."""
        if self.client.status == "running":
            self.run_on_workers(worker.stop_tasks, self.name)

    def run_on_workers(self, call: Any, *arguments: Any) -> None:
        """Call a function in every worker process that still answers."""
        # without the scheduler, workers end their children themselves
        with suppress(OSError, TimeoutError):
            self.client.run(call, *arguments, on_error="ignore")

    def commit_parts(self, unfinished: set[str]) -> None:
        """Commit the groups of tasks that are done."""
        for part in list(self.parts):
            if not unfinished & {task.title for task in part}:
                self.commit_tasks(part)
                self.parts.remove(part)

    def commit_tasks(self, done: list[Task]) -> None:
        """Commit the outputs of finished tasks to DVC, and delete the checkpoints of their runs.

        Raises:
            TasksFailed: the code or the parameters have changed.
        """
        recipes.clear_caches()
        try:
            is_same = recipes.render_recipes(config.load_params()) == self.recipe_texts
        except SyntaxError:  # somebody edits a file
            is_same = False
        if not is_same:
            raise TasksFailed("source files changed while runs were trained; run the command again")
        commit_stages(["recipes", *sorted({stage for task in done for stage in task.stages})])
        names = [task.run.name for task in done if task.run]
        for name in names:
            delete_checkpoint(name)
        if names and not self.is_local:
            self.run_on_workers(worker.delete_checkpoints, names)

    def summarise(self, seconds: float, slots: int) -> str:
        """Say how long all runs took, and the share spent on training and scoring."""
        share = self.seconds / (seconds * min(slots, len(self.tasks)))
        return (
            f"{len(self.runs)} runs in {seconds:.0f} s, {slots} in parallel: {share:.0%}"
            " training and scoring, the rest DVC, process starts and waiting"
        )
