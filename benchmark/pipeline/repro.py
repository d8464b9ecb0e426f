"""Run the stages of `dvc repro` in parallel: `gan-benchmark repro --jobs 2`.

Plain `dvc repro` runs one stage after another. This command runs outdated data sets, feature spaces
and runs in parallel, each as soon as its dependencies are done, by the functions that the stages
call, and DVC commits the outputs. The report and the site follow.
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
from benchmark.pipeline.plan import Task, list_stages, plan_pages, plan_tasks, run_steps
from benchmark.pipeline.processes import end_children, fork_call, interruption, start_dvc
from benchmark.pipeline.rows import write_rows
from benchmark.training.checkpoints import delete_checkpoint


def exit_if_interrupted() -> None:
    """Exit if a signal was received."""
    interruption.exit_if_interrupted(
        "stopped; runs in training are saved, and `make repro` resumes them"
    )


def read_dvc_output(*arguments: str) -> str:
    """Run a command of DVC and return its output; exit with its error output if it fails."""
    with start_dvc(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        printed, error_output = child.communicate()
    exit_if_interrupted()
    if child.returncode:
        stop(error_output.strip())
    return printed


def find_outdated_stages() -> set[str]:
    """Find the stages that are outdated now, without those that depend on them.

    Missing outputs are restored from DVC's cache first, where it has them.
    """
    status = json.loads(read_dvc_output("status", "--json") or "{}")
    missing = [
        name for name, changes in status.items() if changes and all(map(is_deletion, changes))
    ]
    if not missing or not Path(".dvc/cache").exists():
        return set(status)
    with start_dvc("checkout", "--quiet", *missing, stderr=subprocess.DEVNULL):
        pass  # stages whose outputs the cache lacks run again
    return set(json.loads(read_dvc_output("status", "--json") or "{}"))


def commit_stages(names: Iterable[str]) -> None:
    """Commit the current outputs of stages to DVC, as `dvc commit --force` does.

    Writes dvc.lock once for all stages, which takes seconds; the command writes it for each.
    """
    try:
        with Repo() as repo, repo.lock:
            committed = set(names)
            stages = [stage for stage in repo.index.stages if stage.addressing in committed]
            for stage in stages:
                stage.save()
                stage.commit(relink=False)  # no relinking: other tasks read the files meanwhile
            if stages:
                stages[0].dvcfile.dump_stages(stages, update_pipeline=False)
    except DvcException as error:
        stop(str(error))


def is_deletion(change: Any) -> bool:
    """Whether a change of `dvc status` consists of deleted files only."""
    if not isinstance(change, dict):
        return False
    kinds = [kind for files in change.values() for kind in dict(files).values()]
    return bool(kinds) and all(kind == "deleted" for kind in kinds)


class TaskRunner:
    """Runs tasks in parallel, shows their progress, and commits their outputs to DVC.

    Each task is forked from a process that has imported the libraries, so that nothing is imported
    twice. The last checkpoint of a run is kept until the run is committed.

    Args:
        parts: groups of tasks; a group is committed once all its tasks are done.
        jobs: number of parallel tasks.
        recipe_texts: the recipes when the code was imported.
    """

    def __init__(self, parts: list[list[Task]], jobs: int, recipe_texts: dict[Path, str]) -> None:
        self.parts = [part for part in parts if part]
        self.tasks = [task for part in parts for task in part]
        self.runs = [task.run for task in self.tasks if task.run]
        self.jobs = jobs
        self.recipe_texts = recipe_texts
        self.console = Console(highlight=False)
        self.failed = False
        self.seconds = 0.0  # of tasks whose duration no output records

    def run(self) -> None:
        """Run all tasks; if one fails, end the others and exit with its output."""
        for path in [path for task in self.tasks for step in task.steps for path in step.makes]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        bar = Progress(
            # a row shows the last line of a task, the last row the number of finished runs
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        with bar, ThreadPoolExecutor(self.jobs) as pool:
            self.schedule(pool, bar)
        exit_if_interrupted()

    def schedule(self, pool: ThreadPoolExecutor, bar: Progress) -> None:
        """Submit each task once its dependencies are done, and commit finished groups."""
        started = time.monotonic()
        total, finished = bar.add_task("", total=len(self.runs)), 0
        queued, unfinished = list(self.tasks), {task.title for task in self.tasks}
        waiting: dict[Future[str | None], Task] = {}
        while unfinished and not interruption.number:
            ready = [task for task in queued if not task.needs & unfinished]
            waiting |= {pool.submit(self.run_task, task, bar): task for task in ready}
            queued = [task for task in queued if task not in ready]
            bar.update(total, description=f"{finished} of {len(self.runs)} runs done")
            # committed while the next tasks run
            for part in [
                part for part in self.parts if not unfinished & {task.title for task in part}
            ]:
                self.commit_tasks(part)
                self.parts.remove(part)
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                task = waiting.pop(future)
                if failure := future.result():
                    end_children()
                    stop(failure)
                unfinished.discard(task.title)
                finished += task.run is not None
                if task.run and finished == len(self.runs):
                    self.print_summary(time.monotonic() - started)
        if not interruption.number:
            self.commit_tasks([task for part in self.parts for task in part])

    def print_summary(self, seconds: float) -> None:
        """Print the duration of all runs, and the share spent on training and scoring."""
        work = self.seconds + sum_seconds(self.runs)
        share = work / (seconds * min(self.jobs, len(self.tasks)))
        self.console.print(
            f"{len(self.runs)} runs in {seconds:.0f} s, {self.jobs} in parallel: {share:.0%}"
            " training and scoring, the rest DVC, process starts and waiting",
            soft_wrap=True,
        )

    def run_task(self, task: Task, bar: Progress) -> str | None:
        """Run the steps of a task in one process; return its last output if it failed."""
        if interruption.number or self.failed:
            return None
        started = time.monotonic()
        with fork_call(run_steps, (task.steps,)) as (child, lines):
            printed = self.print_lines(task, lines, bar)
        if child.exitcode and not interruption.number and not self.failed:
            self.failed = True
            last = "".join(printed[-20:])
            return f"{task.title}: expected exit status 0, got {child.exitcode}; see:\n{last}"
        if not task.run:
            self.seconds += time.monotonic() - started
        return None

    def print_lines(self, task: Task, lines: Iterable[str], bar: Progress) -> list[str]:
        """Print the lines of a task as they arrive, and return all of them."""
        printed = []
        row = bar.add_task(task.title, total=None)
        for line in lines:
            printed.append(line)
            if not task.run or line.startswith(("run ", f"{task.title}:")):
                bar.update(row, description=f"  {line.strip()}")
                if not self.console.is_terminal:
                    print(line, end="", flush=True)
        bar.remove_task(row)
        return printed

    def commit_tasks(self, done: list[Task]) -> None:
        """Commit the outputs of finished tasks to DVC, and delete the checkpoints of their runs."""
        recipes.clear_caches()
        if recipes.render_recipes(config.load_params()) != self.recipe_texts:
            end_children()
            stop(
                "source files: expected no change while runs are trained, got one; run the command"
                " again"
            )
        commit_stages(["recipes", *sorted({step.stage for task in done for step in task.steps})])
        for task in done:
            if task.run:
                delete_checkpoint(task.run.name)


def sum_seconds(runs: Iterable[config.Run]) -> float:
    """Sum the seconds that runs were trained and scored, from their JSON files."""
    files = [
        file
        for run in runs
        for file in (run.trained / "training.json", run.scored / "evaluation.json")
    ]
    return sum(read_json(file)["seconds"] for file in files)


def reproduce(
    *,
    jobs: int = 1,
    tracks: Collection[str] = (),
    leaderboards: Collection[str] = (),
    rows: Collection[str] = (),
) -> None:
    """Run the outdated stages of the named tracks, data sets and rows, or all of them.

    Exits with one line if a name is unknown. A signal saves the runs in training, then it exits.

    Args:
        jobs: number of parallel tasks.
        tracks: names of tracks.
        leaderboards: names of data sets.
        rows: names of rows, such as digits-dcgan.
    """
    settings = config.load_params()
    runs = select_runs(settings, tracks=tracks, leaderboards=leaderboards, rows=rows)
    with interruption.defer_signals():
        run_outdated_stages(runs, settings, jobs=jobs)


def run_outdated_stages(runs: list[config.Run], settings: config.Params, *, jobs: int) -> None:
    """Run the outdated stages of runs, and those that all runs share.

    Args:
        runs: runs of the settings.
        settings: the parameters.
        jobs: number of parallel tasks.
    """
    write_rows(settings)
    recipes.write_recipes(settings)
    recipe_texts = recipes.render_recipes(settings)
    stages = list_stages(runs)
    # stages that all runs share have no row in their names
    while changed := {name for name in find_outdated_stages() if "@" not in name or name in stages}:
        first, rest = plan_tasks(settings, changed)
        # a new data set makes its runs outdated, which `dvc status` shows only afterwards
        current = {run.dataset for run in runs if run.stage("train") not in changed}
        repeat = any(task.title in current for task in first)
        last = [] if repeat else plan_pages(changed, first + rest)
        TaskRunner([first, rest, last], jobs, recipe_texts).run()
        if not repeat:
            return
    print("everything is up to date")
