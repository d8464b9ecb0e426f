"""Recorded and repeated scores of runs: what `make repro` and `gan-benchmark verify` compare."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from benchmark.config import Run
from benchmark.records import outputs
from benchmark.records.outputs import Scores
from benchmark.records.restore import read_scores
from benchmark.records.schema import locate_record, read_record


class Repetition(NamedTuple):
    """The scores of a repeated run, and whether it diverged."""

    scores: Scores
    has_diverged: bool


class Recorded(NamedTuple):
    """The record of a row.

    Attributes:
        scores: seed -> metric -> score.
        diverged: the seeds whose runs diverged.
        fingerprint: of code and settings; None if it is unknown.
    """

    scores: dict[int, Scores]
    diverged: set[int]
    fingerprint: str | None

    def select_finished(self, metric: str) -> dict[int, float]:
        """Select a metric of the seeds that have finished; seed -> score."""
        return {
            seed: scores[metric]
            for seed, scores in self.scores.items()
            if metric in scores and seed not in self.diverged
        }


def read_recorded_row(run: Run) -> Recorded:
    """Read the record of the row of a run."""
    record = read_record(run)
    stored = read_scores(locate_record(run) / "scores.json")
    return Recorded(
        {int(seed): scores for seed, scores in stored.items()},
        {
            seed
            for seed in record.seeds
            if record.collect_facts("training", seed)["status"] == "diverged"
        },
        record.fingerprint,
    )


def read_repetition(run: Run) -> Repetition:
    """Read the scores of a run below the working directory."""
    return Repetition(outputs.read_scores(run), outputs.read_training(run)["status"] == "diverged")


def read_repetitions(runs: Iterable[Run]) -> dict[int, Repetition]:
    """Read the scores of the runs of a row below the working directory, by seed."""
    return {run.seed: read_repetition(run) for run in runs}


def is_identical_run(seed: int, recorded: Recorded, repetition: Repetition) -> bool:
    """Whether a repetition has the recorded scores, to the last digit, in all shared metrics."""
    if (seed in recorded.diverged) != repetition.has_diverged:
        return False
    before, now = recorded.scores[seed], repetition.scores
    shared = before.keys() & now.keys()
    return bool(shared) and all(before[name] == now[name] for name in shared)


def is_identical_row(recorded: Recorded, repeated: Mapping[int, Repetition]) -> bool:
    """Whether a record has the same seeds as a row made here, at least one, and all identical."""
    return (
        bool(repeated)
        and recorded.scores.keys() == repeated.keys()
        and all(is_identical_run(seed, recorded, run) for seed, run in repeated.items())
    )
