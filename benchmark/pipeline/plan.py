"""What `make repro` does side by side: data sets, references, theory and runs; then the pages."""

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
    """A stage for one data set or run: its name, its function and the paths that it makes."""

    stage: str
    call: Callable[..., None]
    arguments: tuple[Any, ...]
    makes: tuple[Path, ...]

    @property
    def group(self) -> str:
        """The stage with all its rows."""
        return self.stage.split("@")[0]


@dataclass(frozen=True)
class Task:
    """Steps to be taken one after the other.

    Attributes:
        title: unlike that of any other.
        steps: in their order.
        needs: titles of tasks that come before, those that there are.
        run: the run that is trained or scored, if it is one.
    """

    title: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    run: config.Run | None = None


def to_do(settings: config.Params, changed: set[str]) -> tuple[list[Task], list[Task]]:
    """The tasks of the stages that are not up to date: those without needs, and the others.

    Args:
        settings: of the tracks.
        changed: names of those stages.
    """
    first = [Task(name, data_set(settings, name)) for name in settings.datasets]
    first.append(Task("theory", (Step("theory", theory.theory, (), (Path("theory"),)),)))
    rest = []
    for name in settings.datasets:
        makes = Path("references", name), Path("references", f"{name}.json")
        step = Step(f"references@{name}", references.references, (name, settings), makes)
        rest.append(Task(f"{name} references", (step,), frozenset({name})))
    for run in settings.runs:
        rest.append(Task(str(run), both(settings, run), frozenset({run.dataset}), run))
    return wanted(first, changed), wanted(rest, changed)


def stages_of(runs: Iterable[config.Run]) -> set[str]:
    """The stages that runs need, those of their data sets among them."""
    of_data = {
        f"{step}@{run.dataset}" for run in runs for step in ("prepare", "features", "references")
    }
    return of_data | {run.stage(step) for run in runs for step in ("train", "evaluate")}


def wanted(tasks: list[Task], changed: set[str]) -> list[Task]:
    """The tasks with those of their steps that are to be taken, if there are any."""
    kept = [(task, due(task.steps, changed, whole=task.run is not None)) for task in tasks]
    return [replace(task, steps=tuple(steps)) for task, steps in kept if steps]


def pages(changed: set[str], before: list[Task]) -> list[Task]:
    """The report and the site, once all that comes before is done.

    Args:
        changed: names of the stages that are not up to date.
        before: what else is to be done.
    """
    steps = Step("report", report.write_tables, (), ()), Step("site", program, ("site",), ())
    asked = due(steps, changed | ({"report"} if before else set()), whole=True)
    needs = frozenset(task.title for task in before)
    return [Task("report and site", tuple(asked), needs)] if asked else []


def program(name: str) -> None:
    """Go on as another command of the benchmark, which starts processes of its own."""
    os.execv(sys.executable, [sys.executable, "-u", "-m", "benchmark", name])


def data_set(settings: config.Params, name: str) -> tuple[Step, ...]:
    """List the steps that come before all runs of a data set."""
    features_made = Path("features", name), Path("features", f"{name}.json")
    return (
        Step(f"prepare@{name}", prepare.prepare, (name, settings), (Path("data", name),)),
        Step(f"features@{name}", features.features, (name, settings), features_made),
    )


def take(steps: Iterable[Step]) -> None:
    """Take the steps of a task."""
    for step in steps:
        step.call(*step.arguments)


def both(settings: config.Params, run: config.Run) -> tuple[Step, Step]:
    """A run is trained, then scored."""
    trained, scored = (run.trained, run.losses), (run.scored, run.metrics, run.trajectory)
    return (
        Step(run.stage("train"), alone, (run, settings), trained),
        Step(run.stage("evaluate"), evaluate.evaluate, (run, settings), scored),
    )


def alone(run: config.Run, settings: config.Params) -> None:
    """Train a run, unless another program is at it."""
    with hold_run_lock(run.name):
        train.train(run, settings)


def due(steps: Iterable[Step], changed: set[str], *, whole: bool) -> list[Step]:
    """The steps that are to be taken; with ``whole`` all that follow the first of them."""
    found: list[Step] = []
    for step in steps:
        if step.stage in changed or (whole and found):
            found.append(step)
    return found
