"""Plan the tasks of `make repro`: data sets, references, studies, runs, and the pages last.

Tasks hold names only. A worker looks a task up by its title in the plan of its own params.yaml.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from benchmark import config
from benchmark.studies.selection import list_sensitivity_datasets


@dataclass(frozen=True)
class Step:
    """A DVC stage for one data set or run.

    Attributes:
        stage: name of the stage, such as train@digits-dcgan.
        makes: outputs for this data set or run.
        reads: outputs of other stages that this one depends on.
    """

    stage: str
    makes: tuple[Path, ...]
    reads: tuple[Path, ...] = ()

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
        dataset: the data set, if any.
        run: the run that is trained or scored, if any.
    """

    title: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    dataset: str = ""
    run: config.Run | None = None

    @property
    def stages(self) -> list[str]:
        """The stages of the steps."""
        return [step.stage for step in self.steps]

    @property
    def makes(self) -> list[Path]:
        """The outputs of all steps."""
        return [path for step in self.steps for path in step.makes]

    @property
    def reads(self) -> list[Path]:
        """The inputs of all steps that no step of the task makes."""
        paths = dict.fromkeys(path for step in self.steps for path in step.reads)
        return [path for path in paths if path not in self.makes]


def list_tasks(settings: config.Params) -> tuple[list[Task], list[Task]]:
    """List the tasks of all stages but the pages: those without dependencies, and the others."""
    first = [Task(name, list_dataset_steps(name), dataset=name) for name in settings.datasets]
    first.append(Task("theory", (Step("theory", (Path("theory"),)),)))
    rest = []
    for name in settings.datasets:
        step = Step(
            f"references@{name}",
            makes=(Path("references", name), Path("references", f"{name}.json")),
            reads=list_dataset_folders(name),
        )
        rest.append(Task(f"{name} references", (step,), frozenset({name}), dataset=name))
    for name in list_sensitivity_datasets(settings):
        step = Step(
            f"sensitivity@{name}",
            makes=(Path("sensitivity", f"{name}.csv"),),
            reads=list_dataset_folders(name),
        )
        rest.append(Task(f"{name} sensitivity", (step,), frozenset({name}), dataset=name))
    for run in settings.runs:
        needs = frozenset({run.dataset})
        rest.append(Task(str(run), list_run_steps(run), needs, dataset=run.dataset, run=run))
    return first, rest


def plan_tasks(settings: config.Params, changed: set[str]) -> tuple[list[Task], list[Task]]:
    """Plan the tasks of outdated stages: those without dependencies, and the others.

    Args:
        settings: the parameters.
        changed: names of the outdated stages.
    """
    first, rest = list_tasks(settings)
    return select_tasks(first, changed), select_tasks(rest, changed)


def find_task(settings: config.Params, title: str, stages: Iterable[str]) -> Task | None:
    """Find the task of a title, with the steps of these stages; None if there is no such task."""
    for task in chain(*list_tasks(settings)):
        if task.title == title:
            names = set(stages)
            return replace(task, steps=tuple(step for step in task.steps if step.stage in names))
    return None


def list_stages(runs: Iterable[config.Run]) -> set[str]:
    """List the stages that runs need, including those of their data sets."""
    steps = ("prepare", "features", "references", "sensitivity")
    of_data = {f"{step}@{run.dataset}" for run in runs for step in steps}
    return of_data | {run.stage(step) for run in runs for step in ("train", "evaluate")}


def select_tasks(tasks: list[Task], changed: set[str]) -> list[Task]:
    """Select the tasks with outdated steps, each with these steps only."""
    selected = [
        (task, select_steps(task.steps, changed, following=task.run is not None)) for task in tasks
    ]
    return [replace(task, steps=tuple(steps)) for task, steps in selected if steps]


def plan_pages(changed: set[str], before: list[Task]) -> list[str]:
    """Plan the stages of the pages, report and site, which run after all tasks.

    Args:
        changed: names of the outdated stages.
        before: the tasks.
    """
    if before or "report" in changed:
        return ["report", "site"]
    return ["site"] if "site" in changed else []


def list_dataset_folders(name: str) -> tuple[Path, Path]:
    """List the folders of a data set that its references and its runs depend on."""
    return Path("data", name), Path("features", name)


def list_dataset_steps(name: str) -> tuple[Step, ...]:
    """List the steps that all runs of a data set depend on."""
    data, features = list_dataset_folders(name)
    return (
        Step(f"prepare@{name}", makes=(data,)),
        Step(f"features@{name}", makes=(features, Path(f"{features}.json")), reads=(data,)),
    )


def list_run_steps(run: config.Run) -> tuple[Step, Step]:
    """List the steps that train and score a run."""
    trained, scored = (run.trained, run.losses), (run.scored, run.metrics, run.trajectory)
    folders = list_dataset_folders(run.dataset)
    return (
        Step(run.stage("train"), makes=trained, reads=folders),
        Step(run.stage("evaluate"), makes=scored, reads=(*folders, *trained)),
    )


def select_steps(steps: Iterable[Step], changed: set[str], *, following: bool) -> list[Step]:
    """Select the outdated steps; with ``following`` also all steps after the first of them."""
    selected: list[Step] = []
    for step in steps:
        if step.stage in changed or (following and selected):
            selected.append(step)
    return selected
