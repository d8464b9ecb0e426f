"""Weights that `gan-benchmark fetch` got from elsewhere: apart from the rows that are made here.

They lie in fetched/ as trained weights lie in runs/. DVC and the tables see only runs/.
"""

from pathlib import Path

from benchmark.config.runs import Run

FETCHED = Path("fetched")
WEIGHTS = "weights.safetensors"


def is_fetched(run: Run) -> bool:
    """Whether the weights of a run were fetched."""
    return run.root == FETCHED


def list_fetched() -> list[Run]:
    """List the fetched runs, sorted by track, data set, variant and seed."""
    return [
        Run(parts[0], parts[1], parts[2], int(parts[4]), FETCHED)
        for path in sorted(FETCHED.glob(f"*/*/*/trained/*/{WEIGHTS}"))
        if (parts := path.relative_to(FETCHED).parts)[4].isdecimal()
    ]
