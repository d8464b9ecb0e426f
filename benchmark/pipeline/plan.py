"""Plan the tasks of `make repro`: data sets, references, theory, runs, and the pages last."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmark import config
from benchmark.data import prepare
from benchmark.evaluation import evaluate, references
from benchmark.features import features
from benchmark.reporting import report
from benchmark.studies import theory
from benchmark.training import train
from benchmark.training.checkpoints import hold_run_lock


@dataclass(frozen=True)
class Step:
    """A DVC stage for one data set or run: its name, function and output paths."""

    stage: str
    call: Callable[..., None]
    arguments: tuple[Any, ...]
    makes: tuple[Path, ...]

    @property
    def group(self) -> str:
        """The name of the stage without its row."""
        return self.stage.split("@")[0]


@dataclass(frozen=True)
class Task:
    """Steps that run one after another in one process.

    Attributes:
        title: a unique title.
        steps: in execution order.
        needs: titles of tasks that must finish first; titles of no task are ignored.
        run: the run that is trained or scored, if any.
    """

    title: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    run: config.Run | None = None


def plan_tasks(settings: config.Params, changed: set[str]) -> tuple[list[Task], list[Task]]:
    """Plan the tasks of outdated stages: those without dependencies, and the others.

    Args:
        settings: the parameters.
        changed: names of the outdated stages.
    """
    first = [Task(name, list_dataset_steps(settings, name)) for name in settings.datasets]
    first.append(Task("theory", (Step("theory", theory.write_theory, (), (Path("theory"),)),)))
    rest = []
    for name in settings.datasets:
        makes = Path("references", name), Path("references", f"{name}.json")
        step = Step(f"references@{name}", references.references, (name, settings), makes)
        rest.append(Task(f"{name} references", (step,), frozenset({name})))
    for run in settings.runs:
        rest.append(Task(str(run), list_run_steps(settings, run), frozenset({run.dataset}), run))
    return select_tasks(first, changed), select_tasks(rest, changed)


def list_stages(runs: Iterable[config.Run]) -> set[str]:
    """List the stages that runs need, including those of their data sets."""
    of_data = {
        f"{step}@{run.dataset}" for run in runs for step in ("prepare", "features", "references")
    }
    return of_data | {run.stage(step) for run in runs for step in ("train", "evaluate")}


def select_tasks(tasks: list[Task], changed: set[str]) -> list[Task]:
    """Select the tasks with outdated steps, each with these steps only."""
    selected = [
        (task, select_steps(task.steps, changed, following=task.run is not None)) for task in tasks
    ]
    return [replace(task, steps=tuple(steps)) for task, steps in selected if steps]


def plan_pages(changed: set[str], before: list[Task]) -> list[Task]:
    """Plan the report and the site, which wait for all other tasks.

    Args:
        changed: names of the outdated stages.
        before: the other tasks.
    """
    steps = Step("report", write_tables, (), ()), Step("site", exec_command, ("site",), ())
    outdated = changed | ({"report"} if before else set())
    selected = select_steps(steps, outdated, following=True)
    needs = frozenset(task.title for task in before)
    return [Task("report and site", tuple(selected), needs)] if selected else []


def write_tables() -> None:
    """Write the tables of params.yaml."""
    report.write_tables(config.load_params())


def exec_command(name: str) -> None:
    """Replace this process by a command of the benchmark, which may start processes itself."""
    os.execv(sys.executable, [sys.executable, "-u", "-m", "benchmark", name])


def list_dataset_steps(settings: config.Params, name: str) -> tuple[Step, ...]:
    """List the steps that all runs of a data set depend on."""
    features_made = Path("features", name), Path("features", f"{name}.json")
    return (
        Step(f"prepare@{name}", prepare.prepare, (name, settings), (Path("data", name),)),
        Step(f"features@{name}", features.compute_features, (name, settings), features_made),
    )


def run_steps(steps: Iterable[Step]) -> None:
    """Run the steps of a task in order."""
    for step in steps:
        step.call(*step.arguments)


def list_run_steps(settings: config.Params, run: config.Run) -> tuple[Step, Step]:
    """List the steps that train and score a run."""
    trained, scored = (run.trained, run.losses), (run.scored, run.metrics, run.trajectory)
    return (
        Step(run.stage("train"), train_locked, (run, settings), trained),
        Step(run.stage("evaluate"), evaluate.evaluate, (run, settings), scored),
    )


def train_locked(run: config.Run, settings: config.Params) -> None:
    """Train a run while holding its lock, so that no other process trains it."""
    with hold_run_lock(run.name):
        train.train(run, settings)


def select_steps(steps: Iterable[Step], changed: set[str], *, following: bool) -> list[Step]:
    """Select the outdated steps; with ``following`` also all steps after the first of them."""
    selected: list[Step] = []
    for step in steps:
        if step.stage in changed or (following and selected):
            selected.append(step)
    return selected
