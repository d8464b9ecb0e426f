"""Read the JSON files of runs and references; a damaged one exits with one line."""

from pathlib import Path
from typing import Any

from benchmark.common.files import REMAKE, expect_form, parse_json, read_json
from benchmark.common.messages import nearest
from benchmark.config import Run, find_references
from benchmark.tracks import metric_directions

NUMBER = int | float
COSTS = (
    *("parameters", "multiply_adds_per_sample"),
    *("updates", "samples_seen", "seconds", "peak_memory_bytes"),
)
HARDWARE = {"processor": str, "cores": NUMBER, "threads": NUMBER, "accelerator": str | None}
TRAINING = {
    "status": str,
    **dict.fromkeys(COSTS, NUMBER),
    "model": dict,
    "packages": dict,
    "hardware": HARDWARE,
    "date": str,
}
EVALUATION = {"samples": int, "feature_space": str}
HEALTH = {"verdict": str, "reason": str, "samples_seen": NUMBER | None}
Scores = dict[str, float]  # metric -> value


def read_training(run: Run) -> dict[str, Any]:
    """Read status, costs, constructor keywords and provenance of the training of a run."""
    path = run.trained / "training.json"
    record = read_json(path, **TRAINING)
    with expect_form(path, "a status ok or diverged"):
        if record["status"] not in ("ok", "diverged"):
            raise ValueError(f"status is {record['status']}")
    return record


def read_health(run: Run) -> dict[str, Any]:
    """Read verdict, reason and onset of the diagnosis of a run."""
    return read_json(run.scored / "health.json", **HEALTH)


def read_evaluation(folder: Path) -> dict[str, Any]:
    """Read how the samples of a run, or the reference rows of a data set, were scored.

    Args:
        folder: the folder ``scored`` of the run, or that of the references.
    """
    return read_json(folder / "evaluation.json", **EVALUATION)


def read_scores(run: Run) -> Scores:
    """Read the scores of a run."""
    with expect_form(run.metrics, "a number for each metric"):
        return check_scores(parse_json(run.metrics))


def read_reference_scores(dataset: str) -> dict[str, dict[int, Scores]]:
    """Read the scores of the reference rows of a data set: row -> seed -> scores."""
    return read_reference_table(find_references(dataset).with_suffix(".json"))


def read_reference_table(path: Path, *, remake: str = REMAKE) -> dict[str, dict[int, Scores]]:
    """Read a file of the scores of reference rows, as `read_reference_scores` does.

    Args:
        path: of the file.
        remake: advice that makes the file again.
    """
    with expect_form(path, "rows, seeds and a number for each metric", remake=remake):
        return {
            row: {int(seed): check_scores(scores) for seed, scores in seeds.items()}
            for row, seeds in parse_json(path).items()
        }


def check_scores(scores: Any) -> Scores:
    """Return scores if each is a number of a metric that a track has.

    Raises:
        TypeError, ValueError: the scores have another form.
    """
    if not isinstance(scores, dict):
        raise TypeError("no metrics")
    directions = metric_directions()
    for name, value in scores.items():
        if name not in directions:
            raise ValueError(f"{name} is no metric; {nearest(name, directions)}")
        if isinstance(value, bool) or not isinstance(value, NUMBER):
            raise TypeError(f"{name} is no number")
    return scores
