"""Choose a random sample of recorded rows to verify within a time."""

import heapq
import random
from collections.abc import Iterable

from benchmark.common.messages import stop
from benchmark.config import Params, Run
from benchmark.pipeline.inputs import has_inputs
from benchmark.records.schema import RESULTS, has_record, read_record
from benchmark.records.settings import list_changes


def choose_runs(params: Params, *, minutes: float, jobs: int, seed: int = 0) -> list[Run]:
    """Choose the first recorded seeds of a random sample of rows, and print them.

    The first rows are of different leaderboards, as far as the time allows; others follow until no
    row fits any more. Leaderboards that are optional as a whole are left out unless their data are
    here, and so are rows that were recorded with other settings.

    Exits with one line if there is no record, or if no row is short enough.

    Args:
        params: the parameters.
        minutes: the time, compared with the recorded times of training and scoring.
        jobs: number of parallel runs.
        seed: of the sample.

    Returns:
        The runs, the longest first.
    """
    firsts = [
        runs[0]
        for runs in params.rows.values()
        if has_record(runs[0])
        and (runs[0].dataset not in params.optional_datasets or has_inputs(runs[0]))
    ]
    costs = {
        (run := find_first(first)): read_seconds(run)
        for first in firsts
        if not list_changes(read_record(first))
    }
    if not costs:
        got = f"{len(firsts)} of other settings" if firsts else "none"
        stop(f"{RESULTS}: expected records of rows, got {got}; run gan-benchmark record")
    if left_out := len(firsts) - len(costs):
        print(f"{left_out} of {len(firsts)} rows left out, recorded with other settings")
    chosen = fill_time(costs, seconds=60 * minutes, jobs=jobs, seed=seed)
    if not chosen:
        stop(
            f"--minutes: expected at least {min(costs.values()) / 60:.2g}, the time of the shortest"
            f" row, got {minutes:g}; give more"
        )
    expected = compute_duration((costs[run] for run in chosen), jobs) / 60
    print(
        f"{len(chosen)} of {len(costs)} recorded rows, sample {seed}: about {expected:.1f} minutes"
        f" by their records, {jobs} at a time"
    )
    for run in chosen:
        print(f"  {run}: {costs[run]:.0f} s")
    if missing := sorted({run.dataset for run in chosen if not has_inputs(run)}):
        print(f"data and feature spaces are made first, in further time: {', '.join(missing)}")
    return chosen


def find_first(run: Run) -> Run:
    """Find the run of the first recorded seed of a row, from one of its runs."""
    return Run(run.track, run.dataset, run.variant, read_record(run).seeds[0])


def read_seconds(run: Run) -> float:
    """Read the recorded seconds of training and scoring of a run."""
    record = read_record(run)
    facts = (record.collect_facts(kind, run.seed) for kind in ("training", "evaluation"))
    return sum(float(fact.get("seconds", 0)) for fact in facts)


def fill_time(costs: dict[Run, float], *, seconds: float, jobs: int, seed: int) -> list[Run]:
    """Choose runs at random that are done within a time, first one of each leaderboard.

    Args:
        costs: run -> its seconds.
        seconds: the time of all together.
        jobs: number of parallel runs.
        seed: of the choice.

    Returns:
        The runs, the longest first.
    """
    order = sorted(costs, key=lambda run: run.name)  # not the order of params.yaml, which changes
    random.Random(seed).shuffle(order)
    chosen: list[Run] = []
    datasets: set[str] = set()
    for is_first_pass in (True, False):
        for run in order:
            if run in chosen or (is_first_pass and run.dataset in datasets):
                continue
            if compute_duration((costs[other] for other in [*chosen, run]), jobs) <= seconds:
                chosen.append(run)
                datasets.add(run.dataset)
    return sorted(chosen, key=lambda run: -costs[run])


def compute_duration(costs: Iterable[float], jobs: int) -> float:
    """Compute the time in which parallel jobs finish runs, the longest of which start first.

    Args:
        costs: seconds of each run.
        jobs: number of parallel runs.

    Returns:
        Seconds.
    """
    ends = [0.0] * jobs
    for cost in sorted(costs, reverse=True):
        heapq.heapreplace(ends, ends[0] + cost)
    return max(ends)
