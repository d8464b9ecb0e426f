"""Compare single runs that were repeated with the records of their rows: `gan-benchmark verify`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from benchmark import tracks
from benchmark.common.messages import stop
from benchmark.config import Run
from benchmark.records.outputs import Scores
from benchmark.records.restore import read_scores
from benchmark.records.schema import has_record, locate_record, read_record
from benchmark.studies.reproduction import (
    DIFFERENT,
    IDENTICAL,
    NOT_JUDGED,
    WITHIN,
    compute_limit,
    is_repeated,
    judge,
)


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


class RunComparison(NamedTuple):
    """The headline metric of a run, recorded and repeated, and the verdict.

    Attributes:
        run: the run.
        metric: the headline metric of its track.
        published, repeated: its scores; NaN if the run diverged.
        low, high: ends of the prediction interval of one more run; NaN without one.
        verdict: one of `VERDICTS`.
    """

    run: Run
    metric: str
    published: float
    repeated: float
    low: float
    high: float
    verdict: str


def read_recorded(runs: Sequence[Run]) -> dict[str, Recorded]:
    """Read the records of the rows of runs.

    Exits with one line for each run without a record.

    Returns:
        Row, such as digits-dcgan -> its record.
    """
    recorded: dict[str, Recorded] = {}
    missing = []
    for run in runs:
        folder, remake = locate_record(run), f"run gan-benchmark record {run.row}"
        if not has_record(run):
            missing.append(f"{run}: expected a record in {folder}, got none; {remake}")
            continue
        if run.row not in recorded:
            record = read_record(run)
            stored = read_scores(folder / "scores.json")
            facts = {seed: record.collect_facts("training", seed) for seed in record.seeds}
            recorded[run.row] = Recorded(
                {int(seed): scores for seed, scores in stored.items()},
                {seed for seed in facts if facts[seed]["status"] == "diverged"},
                record.fingerprint,
            )
        if run.seed not in (scores := recorded[run.row].scores):
            missing.append(
                f"{run}: expected a record of this seed in {folder}, got those of"
                f" {', '.join(map(str, scores))}; {remake}"
            )
    if missing:
        stop(*missing)
    return recorded


def is_identical(run: Run, recorded: Recorded, repetition: Repetition) -> bool:
    """Whether a repetition has the recorded scores, to the last digit."""
    return (run.seed in recorded.diverged) == repetition.has_diverged and is_repeated(
        recorded.scores[run.seed], repetition.scores
    )


def compare_run(
    run: Run, recorded: Recorded, repetition: Repetition, *, tests: int
) -> RunComparison:
    """Compare a run with the record of its row.

    Unless it is identical, its headline score is judged by the prediction interval of one more run,
    from the recorded seeds that have finished. A repetition that diverges is within a repetition if
    a recorded seed has diverged.

    Args:
        run: the run.
        recorded: the record of its row.
        repetition: of the run.
        tests: number of runs that are not identical.
    """
    metric = tracks.load(run.track).headline
    finished = {
        seed: scores[metric]
        for seed, scores in recorded.scores.items()
        if metric in scores and seed not in recorded.diverged
    }
    published = finished.get(run.seed, np.nan)
    repeated = np.nan if repetition.has_diverged else repetition.scores.get(metric, np.nan)
    if is_identical(run, recorded, repetition):
        return RunComparison(run, metric, published, repeated, np.nan, np.nan, IDENTICAL)
    scores = list(finished.values())
    mean = float(np.mean(scores)) if scores else np.nan
    # one more score changes neither the variance nor its degrees of freedom
    limit = compute_limit(scores, [mean], tests=tests)
    if not repetition.has_diverged:
        verdict = judge(repeated - mean, limit)
    elif len(recorded.scores) == 1:
        verdict = NOT_JUDGED
    else:
        verdict = WITHIN if recorded.diverged else DIFFERENT
    return RunComparison(run, metric, published, repeated, mean - limit, mean + limit, verdict)


def compare_runs(
    runs: Sequence[Run], recorded: Mapping[str, Recorded], repetitions: Sequence[Repetition]
) -> list[RunComparison]:
    """Compare runs with the records of their rows; see `compare_run`."""
    pairs = [
        (run, recorded[run.row], repetition)
        for run, repetition in zip(runs, repetitions, strict=True)
    ]
    tests = sum(not is_identical(*pair) for pair in pairs)
    return [compare_run(*pair, tests=tests) for pair in pairs]
