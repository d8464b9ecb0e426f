"""Compare rows that were made here with their records: the end of `make repro`.

A row is identical if the record has the same seeds and all their scores are equal to the last
digit. Another row is within what a repetition gives if the means of its headline metric differ by
no more than the means of two independent sets of seeds would: on another processor rounding
differs, and training amplifies it. A row with too few seeds for an interval is not judged.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from benchmark import tracks
from benchmark.config import Params, Run
from benchmark.records import outputs
from benchmark.records.restore import is_current
from benchmark.records.schema import has_record, read_record
from benchmark.records.settings import list_changes
from benchmark.reporting.statistics import LEVEL
from benchmark.studies.repetition import (
    Recorded,
    Repetition,
    is_identical_row,
    read_recorded_row,
    read_repetitions,
)

IDENTICAL, WITHIN, DIFFERENT = "identical", "within a repetition", "different"
NOT_JUDGED = "not judged"
VERDICTS = IDENTICAL, WITHIN, DIFFERENT, NOT_JUDGED
NAMED = 5  # rows that a line names at most


class RowComparison(NamedTuple):
    """The means of the headline metric of a row, and the verdict.

    Attributes:
        row: such as digits-dcgan.
        metric: the headline metric of its track.
        recorded: mean over the finished seeds of the record.
        repeated: mean over the finished seeds that were made here.
        limit: largest difference that a repetition gives; NaN for identical rows, and for those
            that are not judged.
        verdict: one of `VERDICTS`.
    """

    row: str
    metric: str
    recorded: float
    repeated: float
    limit: float
    verdict: str


class Rows(NamedTuple):
    """Rows that were made here, by the state of their records.

    Attributes:
        compared: with a record of other runs and equal settings.
        sources: the record was written from these very runs.
        changed: the record was made with other settings.
        unrecorded: without a record.
    """

    compared: list[str]
    sources: list[str]
    changed: list[str]
    unrecorded: list[str]


def sort_rows(params: Params, names: Collection[str]) -> Rows:
    """Sort rows that were made here with the present code by the state of their records.

    Args:
        params: the parameters.
        names: of rows.
    """
    rows = Rows([], [], [], [])
    for name, runs in params.rows.items():
        if name not in names or not is_current(runs):
            continue
        if not has_record(runs[0]):
            rows.unrecorded.append(name)
        elif list_changes(read_record(runs[0])):
            rows.changed.append(name)
        else:
            (rows.sources if is_source(runs) else rows.compared).append(name)
    return rows


def is_source(runs: Sequence[Run]) -> bool:
    """Whether the record of a row was written from these runs, by the dates of their training."""
    record = read_record(runs[0])
    dates = {seed: record.collect_facts("training", seed)["date"] for seed in record.seeds}
    return dates == {run.seed: outputs.read_training(run)["date"] for run in runs}


def compare_rows(params: Params, names: Collection[str]) -> list[RowComparison]:
    """Compare rows that were made here with their records.

    Args:
        params: the parameters.
        names: of rows with records.
    """
    pairs = {
        name: (read_recorded_row(params.rows[name][0]), read_repetitions(params.rows[name]))
        for name in names
    }
    tests = sum(not is_identical_row(*pair) for pair in pairs.values())
    return [compare_row(params.rows[name][0], *pair, tests=tests) for name, pair in pairs.items()]


def compare_row(
    run: Run, recorded: Recorded, repeated: Mapping[int, Repetition], *, tests: int
) -> RowComparison:
    """Compare a row with its record.

    Diverged runs enter neither mean nor limit. Where a run diverges here, the row is different
    unless a recorded seed has diverged.

    Args:
        run: of the row.
        recorded: its record.
        repeated: seed -> the run that was made here.
        tests: number of rows that are not identical.
    """
    metric = tracks.load(run.track).headline
    first = list(recorded.select_finished(metric).values())
    second = [
        repetition.scores[metric]
        for repetition in repeated.values()
        if metric in repetition.scores and not repetition.has_diverged
    ]
    before, now = (float(np.mean(scores)) if scores else np.nan for scores in (first, second))
    if is_identical_row(recorded, repeated):
        return RowComparison(run.row, metric, before, now, np.nan, IDENTICAL)
    limit = compute_limit(first, second, tests=tests)
    verdict = judge(now - before, limit)
    if any(repetition.has_diverged for repetition in repeated.values()):
        divergence = judge_divergence(recorded)
        if divergence != WITHIN or not second:
            verdict = divergence
    return RowComparison(run.row, metric, before, now, limit, verdict)


def judge(difference: float, limit: float) -> str:
    """Return the verdict on a difference, given the result of `compute_limit`."""
    if not (np.isfinite(difference) and np.isfinite(limit)):
        return NOT_JUDGED
    return DIFFERENT if abs(difference) > limit else WITHIN


def judge_divergence(recorded: Recorded) -> str:
    """Return the verdict on a run that diverges, given the record of its row."""
    if len(recorded.scores) < 2:
        return NOT_JUDGED
    return WITHIN if recorded.diverged else DIFFERENT


def compute_limit(first: Sequence[float], second: Sequence[float], *, tests: int) -> float:
    """Compute half the width of the prediction interval of the difference of two means.

    Student's t with the pooled variance: a repetition has the distribution of the first. The level
    of 5 % is divided by the number of tests (Bonferroni), so that all repetitions are within their
    intervals in at least 95 % of cases.

    Args:
        first, second: scores of the seeds.
        tests: number of differences that are judged.

    Returns:
        NaN if there are too few seeds for a variance.
    """
    freedom = len(first) + len(second) - 2
    if freedom < 1 or not first or not second:
        return np.nan
    squares = sum(float(np.var(scores)) * len(scores) for scores in (first, second))
    error = np.sqrt(squares / freedom * (1 / len(first) + 1 / len(second)))
    return float(stats.t.isf(LEVEL / (2 * tests), freedom) * error)


def print_comparison(params: Params, rows: Rows, compared: Sequence[RowComparison]) -> None:
    """Print how many rows are identical to their records, and a table of the others.

    Args:
        params: the parameters.
        rows: that were made here.
        compared: the comparison of those with records of other runs and equal settings.
    """
    if compared:
        print_verdicts(params, compared)
    if rows.sources:
        print(f"{count_rows(rows.sources)} not compared, recorded from these very runs")
    if rows.changed:
        print(f"{count_rows(rows.changed)} not compared, recorded with other settings")
    if rows.unrecorded:
        is_short = len(rows.unrecorded) <= NAMED
        command = " ".join(["gan-benchmark record", *(rows.unrecorded if is_short else ())])
        print(f"{count_rows(rows.unrecorded)} without a record; {command} records what was made")


def count_rows(names: Sequence[str]) -> str:
    """Count rows in words, and name them unless there are many."""
    count = f"{len(names)} row{'s' if len(names) > 1 else ''}"
    return f"{count} ({', '.join(names)})" if len(names) <= NAMED else count


def print_verdicts(params: Params, compared: Sequence[RowComparison]) -> None:
    """Print the number of rows with each verdict, and a table of those not identical."""
    counts = Counter(row.verdict for row in compared)
    parts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    print(f"of {len(compared)} rows with a record: {parts}")
    runs = [params.rows[row.row][0] for row in compared]
    print(f"made here on {', '.join(list_machines(runs))}")
    print(f"recorded on {', '.join(list_machines(runs, is_recorded=True))}")
    others = [row for row in compared if row.verdict != IDENTICAL]
    if not others:
        return
    table = Table("row", "metric", "recorded", "here", "at most apart", "verdict")
    for row in others:
        numbers = (
            f"{value:.4g}" if np.isfinite(value) else "none"
            for value in (row.recorded, row.repeated, row.limit)
        )
        table.add_row(row.row, row.metric, *numbers, row.verdict)
    Console(highlight=False).print(table)


def list_machines(runs: Sequence[Run], *, is_recorded: bool = False) -> list[str]:
    """List the processors or accelerators that trained rows, each once.

    Args:
        runs: one of each row.
        is_recorded: whether to read the records instead of the outputs made here.
    """
    machines: dict[str, None] = {}
    for run in runs:
        if is_recorded:
            record = read_record(run)
            facts = record.collect_facts("training", record.seeds[0])
        else:
            facts = outputs.read_training(run)
        hardware = facts["hardware"]
        machines[hardware["accelerator"] or hardware["processor"]] = None
    return list(machines)
