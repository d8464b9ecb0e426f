"""Make the data and the feature spaces that runs need, where they are missing."""

from collections.abc import Iterable
from pathlib import Path

from benchmark.config import Params, Run
from benchmark.pipeline.dvc_stages import check_pipeline, reproduce_stages
from benchmark.pipeline.rows import write_rows

FOLDERS = "data", "features"


def list_inputs(run: Run) -> list[Path]:
    """List the folders that a run needs before training."""
    return [Path(kind) / run.dataset for kind in FOLDERS]


def has_inputs(run: Run) -> bool:
    """Whether all folders that a run needs before training exist."""
    return all(path.is_dir() for path in list_inputs(run))


def make_inputs(params: Params, runs: Iterable[Run]) -> None:
    """Make the missing inputs of runs by their stages, whose output is shown.

    Exits with one line if a stage fails.

    Args:
        params: the parameters.
        runs: to train.
    """
    missing = {run.dataset: run.row for run in runs if not has_inputs(run)}
    if missing:
        check_pipeline()
        # DVC has a stage for each data set in the file, which lists those with a row
        write_rows(params, [missing[name] for name in missing.keys() & params.optional_datasets])
        reproduce_stages([f"features@{dataset}" for dataset in missing])
