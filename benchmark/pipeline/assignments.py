"""Messages between the command and its workers: an assignment, and its outcome."""

from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from benchmark.pipeline import recipes
from benchmark.pipeline.transfer import Parcel


class Assignment(TypedDict):
    """A task in names, as it is sent to a worker.

    Attributes:
        session: name of the command that sends it.
        title: title of the task.
        stages: stages of its steps.
        recipes: SHA-256 of the recipe of each stage; empty if the code cannot differ.
        inputs: parcels of the inputs, for workers that do not share the folder.
        runs_per_gpu: number of tasks that may share a GPU.
    """

    session: str
    title: str
    stages: list[str]
    recipes: dict[str, str]
    inputs: dict[str, Parcel]
    runs_per_gpu: int


class Outcome(TypedDict):
    """The result of a finished task.

    Attributes:
        seconds: duration of its steps.
        outputs: parcels of its outputs, from a worker that does not share the folder.
    """

    seconds: float
    outputs: dict[str, Parcel]


def fingerprint_recipes(texts: dict[Path, str], stages: list[str]) -> dict[str, str]:
    """Compute the SHA-256 of the recipe of each stage; empty if it has none.

    Args:
        texts: path -> JSON text of each recipe.
        stages: names of stages.
    """
    files = {stage: recipes.FOLDER / f"{stage.replace('@', '/')}.json" for stage in stages}
    return {
        stage: sha256(texts[file].encode()).hexdigest() if file in texts else ""
        for stage, file in files.items()
    }
