"""Train rows for twice their budget, to judge those whose learning rate decays.

`gan-benchmark longer outline-cyclegan` trains and scores all seeds of the row in a temporary
folder: runs/ and the other tables do not change. The score of a schedule that decays to zero stops
changing with the learning rate, whether or not a longer schedule would give a better one. So the
report compares the headline scores of these runs with the published ones; see `reporting.trends`.

results/longer.csv has a line for each run, from the last time that it was trained longer.
"""

import os
import tempfile
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from benchmark import config, tracks
from benchmark.common.files import read_table
from benchmark.config import Run
from benchmark.evaluation import evaluate
from benchmark.pipeline.gpus import hold_gpu
from benchmark.pipeline.inputs import make_inputs
from benchmark.records.outputs import read_scores
from benchmark.reporting.trends import LONGER, LONGER_COLUMNS, LONGER_KEYS
from benchmark.studies import verify
from benchmark.training import train

FACTOR = 2
RESTORE = f"restore it with git checkout {LONGER}"


def extend_budget(
    settings: config.Params, track: str, dataset: str, *, factor: int = FACTOR
) -> config.Params:
    """Copy the parameters with several times the budget of all rows of a data set."""
    section = settings.tracks[track].for_dataset(dataset)
    block = section.datasets[dataset]
    budget = block.budget
    extended = block.model_copy(update={budget.unit: factor * budget.amount})
    variants = {
        name: entry.model_copy(update={"updates": factor * entry.updates})
        if entry.updates
        else entry
        for name, entry in section.variants.items()
    }
    parts = {"datasets": {**section.datasets, dataset: extended}, "variants": variants}
    return settings.model_copy(update={track: section.model_copy(update=parts)})


def train_longer(folder: Path, run: Run) -> dict[str, float]:
    """Train and score one run with the extended budget in a folder, and return its scores."""
    settings = extend_budget(config.load_params(), run.track, run.dataset)
    os.chdir(folder)
    with hold_gpu(runs_per_gpu=1):
        train.train(run, settings)
        evaluate.evaluate(run, settings)
    return read_scores(run)


def train_rows_longer(names: Collection[str], *, jobs: int = 1) -> None:
    """Train rows for twice their budget, and store their headline scores.

    Args:
        names: rows, such as outline-cyclegan, or single runs, such as outline-cyclegan-0.
        jobs: number of parallel runs.
    """
    settings = config.load_params()
    runs = verify.find_runs(names, settings)
    make_inputs(settings, runs)
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        verify.link_inputs(folder)
        results = verify.rerun(runs, folder, jobs, work=train_longer)
        for run, scores in zip(runs, results, strict=True):
            metric = tracks.load(run.track).headline
            budget = settings.tracks[run.track].budget_of(run.dataset, run.variant)
            score = scores.get(metric, float("nan"))  # a diverged run has none
            print(f"{run}: {metric} {score:.3f} with {FACTOR} times the budget")
            keys = {key: getattr(run, key) for key in LONGER_KEYS}
            lines.append(
                keys | {"budget": FACTOR * budget.amount, "metric": metric, "value": score}
            )
    tables = [read_table(LONGER, *LONGER_COLUMNS, remake=RESTORE)] if LONGER.exists() else []
    new = pd.DataFrame(lines, columns=LONGER_COLUMNS)
    table = pd.concat([*(old for old in tables if len(old)), new])
    table = table.drop_duplicates(LONGER_KEYS, keep="last").sort_values(LONGER_KEYS, kind="stable")
    table.to_csv(LONGER, index=False, lineterminator="\n")
