"""`dvc repro` with its stages side by side: `gan-benchmark repro --jobs 2`.

The same stages as plain `dvc repro`, which takes one after the other: here data sets, feature
spaces and runs that are not up to date are made several at a time, each as soon as what it needs
is there, by the code that the stages call, and DVC records them. The report and the site follow.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.repo import Repo
from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Column

from benchmark import config
from benchmark.common.files import read_json
from benchmark.common.messages import stop
from benchmark.config.selection import select_runs
from benchmark.pipeline import recipes
from benchmark.pipeline.plan import Task, pages, stages_of, take, to_do
from benchmark.pipeline.processes import dvc, end_children, fork, interruption
from benchmark.pipeline.rows import write as write_rows
from benchmark.training.checkpoints import delete_checkpoint


def exit_if_interrupted() -> None:
    """End here if a signal asked for it."""
    interruption.exit_if_interrupted(
        "stopped; runs in training are saved, and `make repro` goes on from there"
    )


def answer(*arguments: str) -> str:
    """What a command of DVC prints; exit with what it complains of if it fails."""
    with dvc(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        printed, complaint = child.communicate()
    exit_if_interrupted()
    if child.returncode:
        stop(complaint.strip())
    return printed


def outdated() -> set[str]:
    """The stages that would run now, those behind them not yet counted.

    Outputs that are merely not there are fetched from DVC's cache first, if it has them.
    """
    found = json.loads(answer("status", "--json") or "{}")
    gone = [name for name, changes in found.items() if changes and all(map(deleted, changes))]
    if not gone or not Path(".dvc/cache").exists():
        return set(found)
    with dvc("checkout", "--quiet", *gone, stderr=subprocess.DEVNULL):
        pass  # what the cache does not have is made again
    return set(json.loads(answer("status", "--json") or "{}"))


def record(names: Iterable[str]) -> None:
    """Tell DVC that stages are as they should be now, as `dvc commit --force` does.

    With one writing of dvc.lock, which takes seconds, for them all: the command has one for each.
    """
    try:
        with Repo() as repo, repo.lock:
            wanted = set(names)
            stages = [stage for stage in repo.index.stages if stage.addressing in wanted]
            for stage in stages:
                stage.save()
                stage.commit(relink=False)  # the files stay as they are, to be read meanwhile
            if stages:
                stages[0].dvcfile.dump_stages(stages, update_pipeline=False)
    except DvcException as error:
        stop(str(error))


def deleted(change: Any) -> bool:
    """Whether a change that `dvc status` tells of is that files are not there, and no other."""
    if not isinstance(change, dict):
        return False
    kinds = [kind for files in change.values() for kind in dict(files).values()]
    return bool(kinds) and all(kind == "deleted" for kind in kinds)


class Tasks:
    """Does tasks side by side, shows how far each is, and has DVC record them.

    A process that has imported what is needed is forked for each task, so that nothing is imported
    twice. The last checkpoint of a run stays until the run is recorded.

    Args:
        parts: what is to be done; a part is recorded once all of it is done.
        jobs: how many at a time.
        made_from: the recipes at the time that the code was imported.
    """

    def __init__(self, parts: list[list[Task]], jobs: int, made_from: dict[Path, str]) -> None:
        self.parts = [part for part in parts if part]
        self.tasks = [task for part in parts for task in part]
        self.runs = [task.run for task in self.tasks if task.run]
        self.jobs = jobs
        self.made_from = made_from
        self.console = Console(highlight=False)
        self.failed = False
        self.seconds = 0.0  # that steps took which leave no record of it

    def run(self) -> None:
        """Do them all; at the first that fails end the others, and exit with what it said."""
        for path in [path for task in self.tasks for step in task.steps for path in step.makes]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        bar = Progress(
            # a row is what a task said last, the last row is how many runs are done
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        with bar, ThreadPoolExecutor(self.jobs) as pool:
            self.go(pool, bar)
        exit_if_interrupted()

    def go(self, pool: ThreadPoolExecutor, bar: Progress) -> None:
        """Give each task to the pool once what it needs is done, and have what is done recorded."""
        started = time.monotonic()
        total, ready = bar.add_task("", total=len(self.runs)), 0
        ahead, undone = list(self.tasks), {task.title for task in self.tasks}
        waiting: dict[Future[str | None], Task] = {}
        while undone and not interruption.number:
            free = [task for task in ahead if not task.needs & undone]
            waiting |= {pool.submit(self.do, task, bar): task for task in free}
            ahead = [task for task in ahead if task not in free]
            bar.update(total, description=f"{ready} of {len(self.runs)} runs done")
            # while the next ones run
            for part in [own for own in self.parts if not undone & {task.title for task in own}]:
                self.record(part)
                self.parts.remove(part)
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                task = waiting.pop(future)
                if failure := future.result():
                    end_children()
                    stop(failure)
                undone.discard(task.title)
                ready += task.run is not None
                if task.run and ready == len(self.runs):
                    self.tell(time.monotonic() - started)
        if not interruption.number:
            self.record([task for part in self.parts for task in part])

    def tell(self, seconds: float) -> None:
        """Say how long the runs took, and how much of that was work."""
        work = self.seconds + recorded(self.runs)
        share = work / (seconds * min(self.jobs, len(self.tasks)))
        self.console.print(
            f"{len(self.runs)} runs in {seconds:.0f} s, {self.jobs} at a time: {share:.0%}"
            " training and scoring, the rest DVC, starts of processes and waiting",
            soft_wrap=True,
        )

    def do(self, task: Task, bar: Progress) -> str | None:
        """Take the steps of a task, all in one process; what it said if it failed."""
        if interruption.number or self.failed:
            return None
        started = time.monotonic()
        with fork(take, (task.steps,)) as (child, lines):
            said = self.show(task, lines, bar)
        if child.exitcode and not interruption.number and not self.failed:
            self.failed = True
            last = "".join(said[-20:])
            return f"{task.title} failed with status {child.exitcode}:\n{last}"
        if not task.run:
            self.seconds += time.monotonic() - started
        return None

    def show(self, task: Task, lines: Iterable[str], bar: Progress) -> list[str]:
        """Show the lines as they come; all of them, once there are no more."""
        said = []
        row = bar.add_task(task.title, total=None)
        for line in lines:
            said.append(line)
            if not task.run or line.startswith(("run ", f"{task.title}:")):
                bar.update(row, description=f"  {line.strip()}")
                if not self.console.is_terminal:
                    print(line, end="", flush=True)
        bar.remove_task(row)
        return said

    def record(self, done: list[Task]) -> None:
        """Have DVC record tasks that are done; no checkpoint of their runs is needed then."""
        recipes.sums.cache_clear()
        if recipes.recipes(config.load()) != self.made_from:
            end_children()
            stop("a source file has changed while runs were trained: run again, with it as it is")
        record(["recipes", *sorted({step.stage for task in done for step in task.steps})])
        for task in done:
            if task.run:
                delete_checkpoint(task.run.name)


def recorded(runs: Iterable[config.Run]) -> float:
    """Seconds that runs were trained and scored, by their records."""
    records = [
        record
        for run in runs
        for record in (run.trained / "training.json", run.scored / "evaluation.json")
    ]
    return sum(read_json(record)["seconds"] for record in records)


def reproduce(
    *,
    jobs: int = 1,
    tracks: Collection[str] = (),
    leaderboards: Collection[str] = (),
    rows: Collection[str] = (),
) -> None:
    """Run the stages that are not up to date, of all that is named together or of everything.

    Exits with one line if a name is unknown. A signal saves the runs in training, then it exits.

    Args:
        jobs: how many tasks at a time.
        tracks: names of tracks.
        leaderboards: names of data sets.
        rows: names of rows, such as digits-dcgan.
    """
    settings = config.load()
    runs = select_runs(settings, tracks=tracks, leaderboards=leaderboards, rows=rows)
    with interruption.defer_signals():
        make(runs, settings, jobs=jobs)


def make(runs: list[config.Run], settings: config.Params, *, jobs: int) -> None:
    """Bring the stages of runs, and those that all share, up to date.

    Args:
        runs: some of the runs of the settings, or all.
        settings: the parameters.
        jobs: how many tasks at a time.
    """
    write_rows(settings)
    recipes.write(settings)
    made_from = recipes.recipes(settings)
    stages = stages_of(runs)
    # stages that all share have no row in their names
    while changed := {name for name in outdated() if "@" not in name or name in stages}:
        first, rest = to_do(settings, changed)
        # what is made of a data set that comes out anew is outdated then, if it is not already
        kept = {run.dataset for run in runs if run.stage("train") not in changed}
        repeat = any(task.title in kept for task in first)
        last = [] if repeat else pages(changed, first + rest)
        Tasks([first, rest, last], jobs, made_from).run()
        if not repeat:
            return
    print("everything is up to date")
