"""The format of records, and where they are."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmark.common.files import check_kinds, expect_form, parse_json
from benchmark.config import Run
from benchmark.records.outputs import EVALUATION, HEALTH, TRAINING

RESULTS = Path("results")
REFERENCE_ROWS = "reference_rows"  # folder of a data set, beside those of its rows
VERSION = 1
SHARED = "all"  # key of the facts that are equal for all seeds
KINDS: dict[str, dict[str, Any]] = {
    "training": TRAINING,
    "evaluation": EVALUATION,
    "health": HEALTH,
}
CURVES = ("losses", "health", "trajectory", "times")
# curves with a line for each player and term in runs/ -> the column of the term
LONG = {"losses": "term", "health": "quantity"}
SEPARATOR = "/"  # between player and term in the columns of a record
Facts = dict[str, dict[str, Any]]  # seed, or `SHARED` -> facts


class Record(BaseModel):
    """The content of record.json.

    Attributes:
        version: of the format.
        fingerprint: of code and settings, see `fingerprint_row`; None if they are unknown.
        settings: of the row in params.yaml when it was made: ``dataset``, ``training`` and
            ``variant``; empty if they are unknown.
        training, evaluation, health: of each seed the content of the file of this name.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    track: str
    dataset: str
    variant: str
    fingerprint: str | None
    settings: dict[str, Any]
    training: Facts
    evaluation: Facts
    health: Facts

    @property
    def seeds(self) -> list[int]:
        """The seeds of the runs."""
        return [int(seed) for seed in self.health if seed != SHARED]

    def collect_facts(self, kind: str, seed: int) -> dict[str, Any]:
        """Collect the facts of a seed.

        Args:
            kind: ``training``, ``evaluation`` or ``health``.
            seed: one of `seeds`.
        """
        facts: Facts = getattr(self, kind)
        return facts.get(SHARED, {}) | facts[str(seed)]


def share_facts(seeds: dict[int, dict[str, Any]]) -> Facts:
    """Put the facts that all seeds share under one key, as in a `Record`."""
    first, *others = seeds.values()
    shared = {
        key: value
        for key, value in first.items()
        if others and all(key in facts and facts[key] == value for facts in others)
    }
    separate = {
        str(seed): {key: value for key, value in facts.items() if key not in shared}
        for seed, facts in seeds.items()
    }
    return ({SHARED: shared} if shared else {}) | separate


def locate_record(run: Run) -> Path:
    """Locate the folder of the record of a row, from one of its runs."""
    return RESULTS / run.track / run.dataset / run.variant


def locate_reference_record(track: str, dataset: str) -> Path:
    """Locate the folder of the record of the reference rows of a data set."""
    return RESULTS / track / dataset / REFERENCE_ROWS


def has_record(run: Run) -> bool:
    """Whether the row of a run has a record."""
    return (locate_record(run) / "record.json").is_file()


def advise(path: Path) -> str:
    """Say how to get back a damaged file of a record."""
    return f"restore it with git checkout {path}"


def read_record(run: Run) -> Record:
    """Read record.json of the row of a run, or exit with one line."""
    path = locate_record(run) / "record.json"
    with expect_form(path, f"a record of version {VERSION}", remake=advise(path)):
        try:
            record = Record.model_validate(parse_json(path))
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        if (record.track, record.dataset, record.variant) != (run.track, run.dataset, run.variant):
            raise ValueError(f"it is the record of {record.dataset}-{record.variant}")
        for kind, kinds in KINDS.items():
            for seed in record.seeds:
                check_kinds(record.collect_facts(kind, seed), kinds, f"{kind} of seed {seed}: ")
    return record
