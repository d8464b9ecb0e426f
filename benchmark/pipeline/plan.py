"""What `make repro` does side by side: data sets, references, theory and cells; then the pages."""

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
from benchmark.training.checkpoints import only_one


@dataclass(frozen=True)
class Step:
    """A stage for one data set or cell: its name, its function and the paths that it makes."""

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
        cell: the cell that is trained or scored, if it is one.
    """

    title: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    cell: config.Cell | None = None


def to_do(settings: config.Params, changed: set[str]) -> tuple[list[Task], list[Task]]:
    """The tasks of the stages that are not up to date: those without needs, and the others.

    Args:
        settings: of the boards.
        changed: names of those stages.
    """
    rows = [(board, name) for board, own in settings.boards.items() for name in own.datasets]
    first = [Task(name, data_set(settings, board, name)) for board, name in rows]
    first.append(Task("theory", (Step("theory", theory.theory, (), (Path("theory"),)),)))
    rest = []
    for board, name in rows:
        arguments = (board, name, settings)
        stage, makes = config.stage("references", board, name), (Path("references", name),)
        step = Step(stage, references.references, arguments, makes)
        rest.append(Task(f"{name} references", (step,), frozenset({name})))
    for cell in settings.cells:
        rest.append(Task(str(cell), both(settings, cell), frozenset({cell.dataset}), cell))
    return wanted(first, changed), wanted(rest, changed)


def wanted(tasks: list[Task], changed: set[str]) -> list[Task]:
    """The tasks with those of their steps that are to be taken, if there are any."""
    kept = [(task, due(task.steps, changed, whole=task.cell is not None)) for task in tasks]
    return [replace(task, steps=tuple(steps)) for task, steps in kept if steps]


def pages(changed: set[str], before: list[Task]) -> list[Task]:
    """The report and the site, once all that comes before is done.

    Args:
        changed: names of the stages that are not up to date.
        before: what else is to be done.
    """
    steps = Step("report", report.main, (), ()), Step("site", program, ("site",), ())
    asked = due(steps, changed | ({"report"} if before else set()), whole=True)
    needs = frozenset(task.title for task in before)
    return [Task("report and site", tuple(asked), needs)] if asked else []


def program(name: str) -> None:
    """Go on as another program of the benchmark, which starts processes of its own."""
    os.execv(sys.executable, [sys.executable, "-u", "-m", f"benchmark.{name}"])


def data_set(settings: config.Params, board: str, name: str) -> tuple[Step, ...]:
    """What comes before all cells of a data set; in the plane there are no features."""
    calls = {"prepare": prepare.prepare, "features": features.features}
    folders = {"prepare": Path("data", name), "features": Path("features", name)}
    return tuple(
        Step(config.stage(step, board, name), call, (name, settings), (folders[step],))
        for step, call in calls.items()
    )


def take(steps: Iterable[Step]) -> None:
    """Take the steps of a task."""
    for step in steps:
        step.call(*step.arguments)


def both(settings: config.Params, cell: config.Cell) -> tuple[Step, Step]:
    """A cell is trained, then scored."""
    trained, scored = (cell.trained, cell.losses), (cell.scored, cell.metrics, cell.trajectory)
    return (
        Step(cell.stage("train"), alone, (cell, settings), trained),
        Step(cell.stage("evaluate"), evaluate.evaluate, (cell, settings), scored),
    )


def alone(cell: config.Cell, settings: config.Params) -> None:
    """Train a cell, unless another program is at it."""
    with only_one(cell.name):
        train.train(cell, settings)


def due(steps: Iterable[Step], changed: set[str], *, whole: bool) -> list[Step]:
    """The steps that are to be taken; with ``whole`` all that follow the first of them."""
    found: list[Step] = []
    for step in steps:
        if step.stage in changed or (whole and found):
            found.append(step)
    return found
