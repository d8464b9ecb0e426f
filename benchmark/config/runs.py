"""The training runs of params.yaml: names, stages and folders."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RUNS = Path("runs")
REFERENCES = Path("references")
RECORDED = Path(".cache/records")  # the records of results/, in the layout of runs and references


@dataclass(frozen=True)
class Run:
    """One training run: a variant on a data set with a seed.

    Attributes:
        root: the folder of its outputs: `RUNS`, or `RECORDED` if its record is shown.
    """

    track: str
    dataset: str
    variant: str
    seed: int
    root: Path = field(default=RUNS, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.dataset} {self.variant} seed {self.seed}"

    @property
    def name(self) -> str:
        """A unique name of the run, valid as a file name."""
        return f"{self.track}-{self.dataset}-{self.variant}-{self.seed}"

    @property
    def row(self) -> str:
        """The row of the run: its data set and variant."""
        return f"{self.dataset}-{self.variant}"

    @property
    def keys(self) -> dict[str, Any]:
        """Map track, data set, variant and seed, which identify the run, to their values."""
        return {
            "track": self.track,
            "dataset": self.dataset,
            "variant": self.variant,
            "seed": self.seed,
        }

    @property
    def is_recorded(self) -> bool:
        """Whether its outputs are those of its record."""
        return self.root == RECORDED

    def stage(self, step: str) -> str:
        """Name the DVC stage that trains or evaluates all seeds of the row.

        Args:
            step: ``train`` or ``evaluate``.
        """
        return f"{step}@{self.row}"

    @property
    def folder(self) -> Path:
        """The folder of all runs of the row."""
        return self.root / self.track / self.dataset / self.variant

    @property
    def trained(self) -> Path:
        """The folder of weights and other outputs of training."""
        return self.folder / "trained" / str(self.seed)

    @property
    def losses(self) -> Path:
        """The file of loss terms over training, in a separate folder for `dvc plots`."""
        return self.folder / "losses" / f"{self.seed}.csv"

    @property
    def scored(self) -> Path:
        """The folder of pictures and diagnosis, which scoring writes."""
        return self.folder / "scored" / str(self.seed)

    @property
    def is_scored(self) -> bool:
        """Whether scoring has finished: it writes this file last."""
        return (self.scored / "evaluation.json").is_file()

    @property
    def metrics(self) -> Path:
        """The file of scores, in a separate folder for `dvc metrics`."""
        return self.folder / "metrics" / f"{self.seed}.json"

    @property
    def trajectory(self) -> Path:
        """The file of snapshot scores over training, for `dvc plots`."""
        return self.folder / "trajectory" / f"{self.seed}.csv"


def find_references(dataset: str) -> Path:
    """Find the folder of the reference rows of a data set: made here, or else of their record.

    The scores are in a file beside it, with the suffix ``.json``.
    """
    folders = [root / dataset for root in (REFERENCES, RECORDED / REFERENCES)]
    scored = [folder for folder in folders if (folder / "evaluation.json").is_file()]
    return (scored or folders)[0]
