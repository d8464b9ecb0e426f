"""Compare single runs that were repeated with the records of their rows: `gan-benchmark verify`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from benchmark import tracks
from benchmark.common.messages import stop
from benchmark.config import Run
from benchmark.records.schema import has_record, locate_record, read_record
from benchmark.records.settings import list_changes
from benchmark.studies.repetition import Recorded, Repetition, is_identical_run, read_recorded_row
from benchmark.studies.reproduction import IDENTICAL, compute_limit, judge, judge_divergence


class RunComparison(NamedTuple):
    """The headline metric of a run, recorded and repeated, and the verdict.

    Attributes:
        run: the run.
        metric: the headline metric of its track.
        recorded, repeated: its scores; NaN if the run diverged.
        low, high: ends of the prediction interval of one more run; NaN without one.
        verdict: one of `VERDICTS`.
    """

    run: Run
    metric: str
    recorded: float
    repeated: float
    low: float
    high: float
    verdict: str


def read_recorded(runs: Sequence[Run]) -> dict[str, Recorded]:
    """Read the records of the rows of runs.

    Exits with one line for each row that lacks a record or a recorded seed, or whose record has
    other settings.

    Returns:
        Row, such as digits-dcgan -> its record.
    """
    rows: dict[str, list[Run]] = {}
    for run in runs:
        rows.setdefault(run.row, []).append(run)
    recorded = {row: read_recorded_row(of[0]) for row, of in rows.items() if has_record(of[0])}
    lines = []
    for row, of in rows.items():
        expected, got = "a record", "none"
        if row in recorded and (changed := list_changes(read_record(of[0]))):
            expected, got = "the settings of params.yaml", f"another {', '.join(changed)}"
        elif row in recorded:
            scores = recorded[row].scores
            seeds = [str(run.seed) for run in of if run.seed not in scores]
            if not seeds:
                continue
            expected += f" of seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds)}"
            got = f"seeds {', '.join(map(str, scores))}"
        lines.append(
            f"{row}: expected {expected} in {locate_record(of[0])}, got {got}; run make repro"
            f" ROWS={row} RECORD=1"
        )
    if lines:
        stop(*lines)
    return recorded


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
    finished = recorded.select_finished(metric)
    before = finished.get(run.seed, np.nan)
    repeated = np.nan if repetition.has_diverged else repetition.scores.get(metric, np.nan)
    if is_identical_run(run.seed, recorded, repetition):
        return RunComparison(run, metric, before, repeated, np.nan, np.nan, IDENTICAL)
    scores = list(finished.values())
    mean = float(np.mean(scores)) if scores else np.nan
    # one more score changes neither the variance nor its degrees of freedom
    limit = compute_limit(scores, [mean], tests=tests)
    verdict = judge(repeated - mean, limit)
    if repetition.has_diverged:
        verdict = judge_divergence(recorded)
    return RunComparison(run, metric, before, repeated, mean - limit, mean + limit, verdict)


def compare_runs(
    runs: Sequence[Run], recorded: Mapping[str, Recorded], repetitions: Sequence[Repetition]
) -> list[RunComparison]:
    """Compare runs with the records of their rows; see `compare_run`."""
    pairs = list(zip(runs, repetitions, strict=True))
    tests = sum(
        not is_identical_run(run.seed, recorded[run.row], repetition) for run, repetition in pairs
    )
    return [
        compare_run(run, recorded[run.row], repetition, tests=tests) for run, repetition in pairs
    ]
