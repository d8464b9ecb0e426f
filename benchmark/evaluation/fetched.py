"""Weights that `gan-benchmark fetch` got from elsewhere: apart from the rows that are made here.

They lie in fetched/ as trained weights lie in runs/. DVC and the tables see only runs/.
"""

from dataclasses import dataclass
from pathlib import Path

from benchmark.config.runs import Run

FETCHED = Path("fetched")
WEIGHTS = "weights.safetensors"


@dataclass(frozen=True)
class FetchedRun(Run):
    """A training run whose weights were fetched.

    Attributes:
        root: the folder of all fetched rows.
    """

    root: Path = FETCHED

    @property
    def folder(self) -> Path:
        """The folder of the row below ``root``."""
        return self.root / self.track / self.dataset / self.variant


def list_fetched() -> list[FetchedRun]:
    """List the fetched runs, sorted by track, data set, variant and seed."""
    return [
        FetchedRun(track=parts[0], dataset=parts[1], variant=parts[2], seed=int(parts[4]))
        for path in sorted(FETCHED.glob(f"*/*/*/trained/*/{WEIGHTS}"))
        if (parts := path.relative_to(FETCHED).parts)[4].isdecimal()
    ]
