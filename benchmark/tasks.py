"""What `make repro` does side by side: data sets, references, the theory and cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark import evaluate, features, params, prepare, references, theory, train
from benchmark.checkpoint import only_one


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
        needs: the data set whose own task, if it has one, comes before.
        cell: the cell that is trained or scored, if it is one.
    """

    title: str
    steps: tuple[Step, ...]
    needs: str | None = None
    cell: params.Cell | None = None


def to_do(settings: params.Params, changed: set[str]) -> list[Task]:
    """The tasks of the stages that are not up to date, the title of a data set's being its name.

    Args:
        settings: of the boards.
        changed: names of those stages.
    """
    rows = [(board, name) for board, own in settings.boards.items() for name in own.datasets]
    found = [Task(name, data_set(settings, board, name)) for board, name in rows]
    found.append(Task("theory", (Step("theory", theory.theory, (), (Path("theory"),)),)))
    for board, name in rows:
        arguments = (board, name, settings)
        stage, makes = params.stage("references", board, name), (Path("references", name),)
        step = Step(stage, references.references, arguments, makes)
        found.append(Task(f"{name} references", (step,), needs=name))
    for cell in settings.cells:
        found.append(Task(str(cell), both(settings, cell), needs=cell.dataset, cell=cell))
    return [
        Task(task.title, tuple(steps), task.needs, task.cell)
        for task in found
        if (steps := due(task.steps, changed, whole=task.cell is not None))
    ]


def data_set(settings: params.Params, board: str, name: str) -> tuple[Step, ...]:
    """What comes before all cells of a data set; in the plane there are no features."""
    calls = {"prepare": prepare.prepare, "features": features.features}
    folders = {"prepare": Path("data", name), "features": Path("features", name)}
    return tuple(
        Step(params.stage(step, board, name), call, (name, settings), (folders[step],))
        for step, call in calls.items()
    )


def both(settings: params.Params, cell: params.Cell) -> tuple[Step, Step]:
    """A cell is trained, then scored."""
    trained, scored = (cell.trained, cell.losses), (cell.scored, cell.metrics, cell.trajectory)
    return (
        Step(cell.stage("train"), alone, (cell, settings), trained),
        Step(cell.stage("evaluate"), evaluate.evaluate, (cell, settings), scored),
    )


def alone(cell: params.Cell, settings: params.Params) -> None:
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
