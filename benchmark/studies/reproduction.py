"""Compare rows that were made here with their records: the end of `make repro`.

A row is identical if all scores of all seeds are, to the last digit. Another row is within what a
repetition gives if the means of its headline metric differ by no more than the means of two
independent sets of seeds would: on another processor rounding differs, and training amplifies it.
A row with too few seeds for an interval is not judged.
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
from benchmark.records.restore import is_current, read_scores
from benchmark.records.schema import has_record, locate_record, read_record
from benchmark.reporting.statistics import LEVEL

IDENTICAL, WITHIN, DIFFERENT = "identical", "within a repetition", "different"
NOT_JUDGED = "not judged"
VERDICTS = IDENTICAL, WITHIN, DIFFERENT, NOT_JUDGED


class RowComparison(NamedTuple):
    """The means of the headline metric of a row, and the verdict.

    Attributes:
        row: such as digits-dcgan.
        metric: the headline metric of its track.
        published: mean over the seeds of the record.
        repeated: mean over the seeds that were made here.
        limit: largest difference that a repetition gives; NaN for identical rows, and for those
            that are not judged.
        verdict: one of `VERDICTS`.
    """

    row: str
    metric: str
    published: float
    repeated: float
    limit: float
    verdict: str


def compare_rows(params: Params, names: Collection[str]) -> list[RowComparison]:
    """Compare the rows that were made here with their records, those without one left out.

    Args:
        params: the parameters.
        names: of rows.
    """
    scores = {
        name: (read_published(runs), read_repeated(runs))
        for name, runs in params.rows.items()
        if name in names and has_record(runs[0]) and is_current(runs)
    }
    changed = [
        name
        for name, (published, repeated) in scores.items()
        if not all(is_repeated(published[seed], repeated[seed]) for seed in published)
    ]
    return [
        compare_row(params.rows[name][0], published, repeated, tests=len(changed))
        for name, (published, repeated) in scores.items()
    ]


def read_published(runs: Sequence[Run]) -> dict[int, outputs.Scores]:
    """Read the recorded scores of those runs of a row that the record has."""
    stored = read_scores(locate_record(runs[0]) / "scores.json")
    return {run.seed: stored[str(run.seed)] for run in runs if str(run.seed) in stored}


def read_repeated(runs: Sequence[Run]) -> dict[int, outputs.Scores]:
    """Read the scores of runs that were made here."""
    return {run.seed: outputs.read_scores(run) for run in runs}


def compare_row(
    run: Run,
    published: Mapping[int, outputs.Scores],
    repeated: Mapping[int, outputs.Scores],
    *,
    tests: int,
) -> RowComparison:
    """Compare a row with its record.

    Args:
        run: of the row.
        published, repeated: seed -> metric -> score.
        tests: number of rows that are not identical.
    """
    metric = tracks.load(run.track).headline
    first, second = (
        [scores[metric] for scores in seeds.values() if metric in scores]
        for seeds in (published, repeated)
    )
    before, now = (float(np.mean(scores)) if scores else np.nan for scores in (first, second))
    if all(is_repeated(published[seed], repeated[seed]) for seed in published):
        return RowComparison(run.row, metric, before, now, np.nan, IDENTICAL)
    limit = compute_limit(first, second, tests=tests)
    return RowComparison(run.row, metric, before, now, limit, judge(now - before, limit))


def judge(difference: float, limit: float) -> str:
    """Return the verdict on a difference, given the result of `compute_limit`."""
    if not (np.isfinite(difference) and np.isfinite(limit)):
        return NOT_JUDGED
    return DIFFERENT if abs(difference) > limit else WITHIN


def is_repeated(published: outputs.Scores, repeated: outputs.Scores) -> bool:
    """Whether the scores of a run are equal, by the metrics that both have."""
    shared = published.keys() & repeated.keys()
    return bool(shared) and all(published[name] == repeated[name] for name in shared)


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


def print_comparison(params: Params, compared: Sequence[RowComparison]) -> None:
    """Print how many rows are identical to their records, and a table of the others."""
    counts = Counter(row.verdict for row in compared)
    parts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    print(f"of {len(compared)} rows with a record: {parts}")
    runs = [params.rows[row.row][0] for row in compared]
    print(f"made here on {', '.join(list_machines(runs))}")
    print(f"published from {', '.join(list_machines(runs, is_published=True))}")
    others = [row for row in compared if row.verdict != IDENTICAL]
    if not others:
        return
    table = Table("row", "metric", "published", "here", "at most apart", "verdict")
    for row in others:
        numbers = (f"{value:.4g}" for value in (row.published, row.repeated, row.limit))
        table.add_row(row.row, row.metric, *numbers, row.verdict)
    Console().print(table)


def list_machines(runs: Sequence[Run], *, is_published: bool = False) -> list[str]:
    """List the processors or accelerators that trained rows, each once.

    Args:
        runs: one of each row.
        is_published: whether to read the records instead of the outputs made here.
    """
    machines: dict[str, None] = {}
    for run in runs:
        if is_published:
            record = read_record(run)
            facts = record.collect_facts("training", record.seeds[0])
        else:
            facts = outputs.read_training(run)
        hardware = facts["hardware"]
        machines[hardware["accelerator"] or hardware["processor"]] = None
    return list(machines)
