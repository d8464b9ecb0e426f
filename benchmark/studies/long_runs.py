"""Train rows for several times their budget, to choose budgets by their curves.

`gan-benchmark long-runs` trains the first seed of each row that `long_runs:` in params.yaml lists,
and scores its snapshots by the headline metric. Snapshots are as far apart as in other runs.
runs/ and the other tables do not change.

The runs stay in .cache/long_runs, so an interrupted study resumes. results/curves.csv has a line
for each snapshot of a run, from the last time that it was trained.
"""

import math
import os
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import make_deterministic, use_full_float32
from benchmark.common.files import read_arrays, read_table
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.config import Params, Run
from benchmark.pipeline.gpus import hold_gpu
from benchmark.pipeline.inputs import FOLDERS, make_inputs
from benchmark.records.outputs import read_training
from benchmark.studies import verify
from benchmark.studies.curves import read_curves, store_curve
from benchmark.studies.longer import extend_budget
from benchmark.training import train
from benchmark.training.checkpoints import hold_run_lock

FOLDER = Path(".cache/long_runs")


class Moment(NamedTuple):
    """The headline score at a moment of training; NaN where the run diverged."""

    updates: int
    samples_seen: int
    value: float


def lengthen(params: Params, track: str, dataset: str) -> Params:
    """Copy the parameters with a longer budget of a data set, and as many more snapshots."""
    factor = params.long_runs.factor
    section = extend_budget(params, track, dataset, factor=factor).tracks[track]
    training = section.training
    more = {key: factor * getattr(training, key) for key in ("logs", "snapshots")}
    longer = section.model_copy(update={"training": training.model_copy(update=more)})
    return params.model_copy(update={track: longer})


def train_long(folder: Path, run: Run) -> list[Moment]:
    """Train one run with the longer budget in a folder, and return its curve."""
    params = lengthen(config.load_params(), run.track, run.dataset)
    os.chdir(folder)
    with hold_gpu(runs_per_gpu=1), hold_run_lock(run.name):
        train.train(run, params)
        return score_snapshots(run, params)


def score_snapshots(run: Run, params: Params) -> list[Moment]:
    """Score the snapshots of a run by the headline metric."""
    section = params.tracks[run.track]
    processes.prepare(1, section.training.precision)
    make_deterministic()
    use_full_float32()
    track = tracks.load(run.track)
    scorer = track.scorer(run.dataset, section)
    stored = read_arrays(run.trained / "snapshots.npz", "samples_seen", "images")
    times = read_table(run.trained / "times.csv", "updates", "samples_seen")
    updates = dict(zip(times["samples_seen"].tolist(), times["updates"].tolist(), strict=True))
    curve = [
        Moment(updates[seen], seen, float(track.headline_score(scorer, samples)))
        for seen, samples in zip(stored["samples_seen"].tolist(), stored["images"], strict=True)
    ]
    facts = read_training(run)
    if facts["status"] == "diverged":
        curve.append(Moment(facts["updates"], facts["samples_seen"], math.nan))
    return curve


def link_inputs() -> None:
    """Make the folder of the runs, with links to the data and the feature spaces."""
    make_folder(FOLDER)
    for kind in FOLDERS:
        (FOLDER / kind).unlink(missing_ok=True)
    verify.link_inputs(FOLDER)


def select_runs(params: Params, names: Collection[str]) -> list[Run]:
    """Select the first run of each row; exits with one line for each unknown name.

    Args:
        params: the parameters.
        names: rows; by default those of `long_runs:` that are in params.yaml.
    """
    rows = params.rows
    names = names or [name for name in params.long_runs.rows if name in rows]
    if not names:
        stop(f"{config.FILE}: expected rows in long_runs.rows, got none; add rows or name some")
    first: dict[str, Run] = {}
    for run in verify.find_runs(names, params):
        first.setdefault(run.row, run)
    return list(first.values())


def train_long_runs(names: Collection[str] = (), *, jobs: int = 1) -> None:
    """Train rows for several times their budget, and store their curves.

    Args:
        names: rows, such as ring8-dcgan; by default those of `long_runs:`.
        jobs: number of parallel runs.
    """
    params = config.load_params()
    runs = select_runs(params, names)
    read_curves()  # exits if the table is damaged
    make_inputs(params, runs)
    link_inputs()
    for run, curve in zip(runs, verify.rerun(runs, FOLDER, jobs, work=train_long), strict=True):
        settings = lengthen(params, run.track, run.dataset)
        budget = settings.tracks[run.track].budget_of(run.dataset, run.variant)
        metric = tracks.load(run.track).headline
        shared = run.keys | {"budget": str(budget), "metric": metric}
        store_curve([shared | moment._asdict() for moment in curve])
        print(f"{run}: {metric} {curve[-1].value:.3f} after {budget}", flush=True)
