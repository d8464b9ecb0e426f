"""Train and score runs again, and compare them with the records of their rows.

`gan-benchmark verify digits-dcgan ring8-wgan-3` repeats all seeds of the first row and one of the
second in a temporary folder: runs/, the records and the tables do not change. Each run gets one
of the verdicts of `benchmark.studies.reproduction`:

- identical: all metrics are equal to the last digit;
- within a repetition: the headline metric is in the prediction interval of one more run;
- different: it is not;
- not judged: the record has too few seeds for an interval.

A record of other settings ends the command. With `--record`, results/bench/verified.csv gets a
line for each run whose record has the present code too: a verdict on another one says nothing
about it.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.fingerprints import fingerprint_row
from benchmark.common.messages import nearest, stop
from benchmark.config import Params, Run
from benchmark.evaluation import evaluate
from benchmark.pipeline.child import ChildFailed, run_in_child
from benchmark.pipeline.cluster import open_cluster
from benchmark.pipeline.gpus import hold_gpu
from benchmark.pipeline.inputs import FOLDERS, make_inputs
from benchmark.studies.repetition import Repetition, is_identical_run, read_repetition
from benchmark.studies.reproduction import DIFFERENT, IDENTICAL, VERDICTS
from benchmark.studies.run_comparison import RunComparison, compare_runs, read_recorded
from benchmark.studies.verified import TABLE, read_verified, store_verdicts
from benchmark.training import train

Result = TypeVar("Result")


def find_runs(names: Collection[str], settings: config.Params) -> list[Run]:
    """Find the runs of rows, such as `digits-dcgan`, and single runs, such as `digits-dcgan-0`.

    Exits with one line for each unknown name.
    """
    named_runs = settings.rows | {f"{run.row}-{run.seed}": [run] for run in settings.runs}
    unknown = [name for name in names if name not in named_runs]
    if unknown:
        stop(
            *(
                f"{name}: expected a row or a run of {config.FILE}, got no such name;"
                f" {nearest(name, named_runs)}"
                for name in unknown
            )
        )
    return list(dict.fromkeys(run for name in names for run in named_runs[name]))


def train_and_score(folder: Path, run: Run) -> Repetition:
    """Train and score one run in a folder."""
    settings = config.load_params()
    os.chdir(folder)
    with hold_gpu(runs_per_gpu=1):
        train.train(run, settings)
        evaluate.evaluate(run, settings)
    return read_repetition(run)


def link_inputs(folder: Path) -> None:
    """Link the data and the feature spaces into a folder for runs."""
    for kind in FOLDERS:
        (folder / kind).symlink_to(Path(kind).resolve())
    (folder / ".checkpoints").mkdir(exist_ok=True)


def rerun(
    runs: Iterable[Run], folder: Path, jobs: int, work: Callable[[Path, Run], Result]
) -> Iterator[Result]:
    """Train and score runs in a folder, each in a new process; yield the result of each.

    Exits if a run fails, with its last lines.

    Args:
        runs: runs of params.yaml.
        folder: a folder with their inputs, see `link_inputs`.
        jobs: number of parallel runs.
        work: trains and scores one run in the folder.
    """
    with open_cluster(jobs=jobs) as client:
        futures = [
            (run, client.submit(run_in_child, work, folder, run, pure=False)) for run in runs
        ]
        for run, future in futures:
            try:
                yield future.result()
            except ChildFailed as error:
                stop(f"{run} {error}".rstrip())


def verify_runs(
    params: Params, runs: Sequence[Run], *, jobs: int = 1, is_recorded: bool = False
) -> bool:
    """Repeat runs, and print their comparison with the records of their rows.

    Missing data and feature spaces are made first.

    Args:
        params: the parameters.
        runs: with records.
        jobs: number of parallel runs.
        is_recorded: whether to store the verdicts.

    Returns:
        Whether no run is different.
    """
    recorded = read_recorded(runs)
    earlier = read_verified() if is_recorded else None  # a damaged table ends it before training
    fingerprints = {run.row: fingerprint_row(run.row) for run in runs}
    changed = {row for row in fingerprints if fingerprints[row] != recorded[row].fingerprint}
    if changed:
        print(f"recorded with other code: {', '.join(sorted(changed))}")
    make_inputs(params, runs)
    repetitions = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        link_inputs(folder)
        for run, repetition in zip(runs, rerun(runs, folder, jobs, train_and_score), strict=True):
            repetitions.append(repetition)
            is_equal = is_identical_run(run.seed, recorded[run.row], repetition)
            print(f"{run}: {IDENTICAL if is_equal else f'not {IDENTICAL}'}", flush=True)
    compared = compare_runs(runs, recorded, repetitions)
    print_verdicts(compared)
    if earlier is not None:
        current = [row for row in compared if row.run.row not in changed]
        store_verdicts(current, fingerprints, earlier)
        print(f"{len(current)} of {len(compared)} verdicts stored in {TABLE}")
    return all(row.verdict != DIFFERENT for row in compared)


def print_verdicts(compared: Sequence[RunComparison]) -> None:
    """Print the number of runs with each verdict, and a table of those that are not identical."""
    counts = Counter(row.verdict for row in compared)
    print(f"of {len(compared)} runs: {', '.join(f'{counts[name]} {name}' for name in VERDICTS)}")
    table = Table("run", "metric", "recorded", "repeated", "interval", "verdict")
    for row in compared:
        if row.verdict != IDENTICAL:
            scores = (
                f"{score:.6g}" if np.isfinite(score) else "diverged"
                for score in (row.recorded, row.repeated)
            )
            interval = f"{row.low:.6g} to {row.high:.6g}" if np.isfinite(row.low) else "none"
            table.add_row(str(row.run), row.metric, *scores, interval, row.verdict)
    if table.row_count:
        Console(highlight=False).print(table)
