"""The format of records, and where they are."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmark.common.files import check_kinds, expect_form, parse_json
from benchmark.common.git import run_git
from benchmark.common.messages import stop
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
ENDINGS = (".png", ".txt", ".webp")  # of samples
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


@cache
def list_changed(folder: Path) -> frozenset[str]:
    """List the files of results/ that are others than in git, or missing.

    Args:
        folder: the working directory.
    """
    return frozenset(run_git("-C", str(folder), "ls-files", "--modified", str(RESULTS)).split("\n"))


def advise(path: Path) -> str:
    """Say how to get back a damaged file of a record: from git, unless it is damaged there too."""
    if str(path) in list_changed(Path.cwd()):
        return f"run git checkout {path if path.parent.is_dir() else path.parent}"
    return advise_record(path.parent)


def advise_record(folder: Path) -> str:
    """Say how to write the record in a folder, which may be that of reference rows."""
    dataset, variant = folder.parts[-2:]
    row = "" if variant == REFERENCE_ROWS else f" {dataset}-{variant}"
    return f"run gan-benchmark record{row}"


def read_record(run: Run) -> Record:
    """Read record.json of the row of a run, or exit with one line."""
    path = locate_record(run) / "record.json"
    with expect_form(path, f"a record of version {VERSION}", remake=advise(path)):
        content = parse_json(path)
        if isinstance(content, dict):
            check_version(path, content.get("version", VERSION))
        try:
            record = Record.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        if (record.track, record.dataset, record.variant) != (run.track, run.dataset, run.variant):
            raise ValueError(f"it is the record of {record.dataset}-{record.variant}")
        check_seeds(record)
        for kind, kinds in KINDS.items():
            for seed in record.seeds:
                check_kinds(record.collect_facts(kind, seed), kinds, f"{kind} of seed {seed}: ")
    return record


def check_version(path: Path, version: Any) -> None:
    """Exit with one line if a record is of a later version than this code."""
    if isinstance(version, int) and version > VERSION:
        stop(
            f"{path}: expected a record of version {VERSION}, got version {version}, which later"
            " code has written; update this clone with git pull"
        )


def check_seeds(record: Record) -> None:
    """Check that a record has seeds, the same in each kind of facts.

    Raises:
        ValueError: it has none, or others.
    """
    seeds = {kind: [seed for seed in getattr(record, kind) if seed != SHARED] for kind in KINDS}
    health = seeds["health"]
    if not health or not all(re.fullmatch("0|[1-9][0-9]*", seed) for seed in health):
        raise ValueError(f"the seeds of health are {', '.join(health) or 'missing'}")
    for kind, others in seeds.items():
        if sorted(others) != sorted(health):
            raise ValueError(
                f"the seeds of {kind} are {', '.join(others) or 'missing'}, those of health"
                f" {', '.join(health)}"
            )
