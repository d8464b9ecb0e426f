"""The training runs that params.yaml asks for: names, stages and folders."""

from dataclasses import dataclass
from pathlib import Path

RUNS = Path("runs")


def stage(step: str, track: str, row: str) -> str:
    """The name of a stage of DVC, of one data set or row."""
    return f"{step}@{row}" if track == "images" else f"{step}_{track}@{row}"


@dataclass(frozen=True)
class Run:
    """One training run: a variant on a data set with a seed."""

    track: str
    dataset: str
    variant: str
    seed: int

    def __str__(self) -> str:
        return f"{self.dataset} {self.variant} seed {self.seed}"

    @property
    def name(self) -> str:
        """Unlike that of any other run, and good as the name of a file."""
        return f"{self.track}-{self.dataset}-{self.variant}-{self.seed}"

    def stage(self, step: str) -> str:
        """The stage of DVC in which all seeds of the row are trained, or scored.

        Args:
            step: ``train`` or ``evaluate``.
        """
        return stage(step, self.track, self.row_name)

    @property
    def row_name(self) -> str:
        """The name of the row, which all seeds share."""
        return f"{self.dataset}-{self.variant}"

    @property
    def row(self) -> Path:
        """The folder of the runs that differ in nothing but their seeds."""
        return RUNS / self.track / self.dataset / self.variant

    @property
    def trained(self) -> Path:
        """The folder in which training leaves the weights and what else it made."""
        return self.row / "trained" / str(self.seed)

    @property
    def losses(self) -> Path:
        """The loss terms over training; a folder with nothing else, which `dvc plots` reads."""
        return self.row / "losses" / f"{self.seed}.csv"

    @property
    def scored(self) -> Path:
        """The folder in which scoring leaves pictures and diagnosis."""
        return self.row / "scored" / str(self.seed)

    @property
    def is_scored(self) -> bool:
        """Whether scoring has finished: it writes this file last."""
        return (self.scored / "evaluation.json").is_file()

    @property
    def metrics(self) -> Path:
        """The scores; a folder with nothing else, which `dvc metrics` reads."""
        return self.row / "metrics" / f"{self.seed}.json"

    @property
    def trajectory(self) -> Path:
        """Scores of the snapshots over training, for `dvc plots`."""
        return self.row / "trajectory" / f"{self.seed}.csv"
