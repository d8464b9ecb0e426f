"""Publish the weights of rows as a DVC remote that any static host can serve.

`gan-benchmark publish` writes the folder weights/: the files under the names that DVC gives them on
a remote, files/md5/<first 2 digits>/<other 30>, and index.json, the rows that they belong to.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from benchmark.common.files import read_json
from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.common.writing import write_json
from benchmark.config import RUNS, Params, Run
from benchmark.config.types import Name, Seed
from benchmark.data.sizes import FOLDER
from benchmark.evaluation.fetched import WEIGHTS
from benchmark.pipeline.transfer import copy_to_repository, open_temporary_repository
from benchmark.records.restore import is_current
from benchmark.records.schema import has_record, read_record
from benchmark.records.write import replace_folder

PUBLISHED = Path("weights")
INDEX, DIGESTS = "index.json", "files"  # the content of the folder
TRAINING = "training.json"
READABLE = 0o644  # servers run as other users; DVC and safetensors restrict the files they write

LEXICON = ("words.npy", "separator.npy")  # of a data set of sentences
FILES = (WEIGHTS, TRAINING, *LEXICON)
File = Annotated[str, Field(pattern=f"^({'|'.join(map(re.escape, FILES))})$")]


class Entry(BaseModel):
    """A base of the parts of index.json: keys of later versions are ignored."""

    model_config = ConfigDict(frozen=True)


class PublishedFile(Entry):
    """A file of a row.

    Attributes:
        md5: digest by which DVC names the file.
        sha256: digest of its bytes.
        size: its bytes.
    """

    md5: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]

    @property
    def address(self) -> str:
        """Where a DVC remote has the file."""
        return f"{DIGESTS}/md5/{self.md5[:2]}/{self.md5[2:]}"


class PublishedRow(Entry):
    """The published run of a row.

    Attributes:
        track, dataset, variant, seed: as of `Run`.
        commit: of the code that trained it; None outside a repository.
        files: weights, the record of the training, and of sentences the words.
    """

    track: Name
    dataset: Name
    variant: Name
    seed: Seed
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")] | None
    files: dict[File, PublishedFile]

    @property
    def run(self) -> Run:
        """The run that trained the weights."""
        return Run(self.track, self.dataset, self.variant, self.seed)

    @field_validator("files")
    @classmethod
    def _has_weights(cls, files: dict[File, PublishedFile]) -> dict[File, PublishedFile]:
        if WEIGHTS not in files:
            raise ValueError(f"expected {WEIGHTS} among the files, got none; publish again")
        return files


class PublishedIndex(Entry):
    """The content of index.json: rows by name, such as digits-dcgan."""

    version: Literal[1]
    rows: dict[str, PublishedRow]

    @field_validator("rows")
    @classmethod
    def _names_rows(cls, rows: dict[str, PublishedRow]) -> dict[str, PublishedRow]:
        if wrong := [name for name, row in rows.items() if name != row.run.row]:
            raise ValueError(f"expected a run of {wrong[0]}, got another; publish again")
        return rows


def list_files(run: Run) -> list[Path]:
    """List the files of a run that `sample` and `apply` need."""
    files = [run.trained / WEIGHTS, run.trained / TRAINING]
    lexicon = [FOLDER / run.dataset / "train" / name for name in LEXICON]
    # captions have words but no separator, and the card of their weights lists the words
    return files + lexicon if lexicon[-1].is_file() else files


def list_trained(params: Params) -> list[Run]:
    """List the first run of each row that was trained here."""
    runs = [runs[0] for runs in params.rows.values()]
    return [run for run in runs if all(path.is_file() for path in list_files(run))]


def read_recorded_sum(run: Run) -> str | None:
    """Read the SHA-256 of the weights of a run from the record of its row.

    Returns:
        None if there is no record of the run; `none` if its record has no such sum.
    """
    if not has_record(run):
        return None
    record = read_record(run)
    if run.seed not in record.seeds:
        return None
    return str(record.collect_facts("evaluation", run.seed).get("weights", "none"))


def select_publishable(runs: Iterable[Run]) -> list[Run]:
    """Select the runs that others can use, and print the rows of the others.

    They have the present code and settings, and the weights of their record if there is one.
    """
    selected, outdated, differing = [], [], []
    for run in runs:
        if not is_current([run]):
            outdated.append(run.row)
        elif read_recorded_sum(run) not in (None, sha256(run.trained / WEIGHTS)):
            differing.append(run.row)
        else:
            selected.append(run)
    if outdated:
        rows = " ".join(outdated)
        print(
            f'left out, not made with the present code and settings; run make repro ROWS="{rows}"'
        )
    if differing:
        rows = " ".join(differing)
        print(f"left out, not the weights of their records; run gan-benchmark record {rows}")
    return selected


def check_target() -> None:
    """Exit with one line if weights/ holds anything but published weights."""
    if not PUBLISHED.exists():
        return
    names = {path.name for path in PUBLISHED.iterdir()} if PUBLISHED.is_dir() else {"a file"}
    if others := sorted(names - {INDEX, DIGESTS}) or sorted(names if INDEX not in names else ()):
        stop(
            f"{PUBLISHED}: expected no path or published weights, got other files"
            f" ({others[0]}); move them, or rename it"
        )


def publish_weights(params: Params) -> None:
    """Write the weights of the rows that were trained here to weights/, in place of earlier ones.

    Exits with one line if there are none, or if weights/ holds anything else.
    """
    check_target()
    runs = select_publishable(list_trained(params))
    if not runs:
        stop(f"{RUNS}: expected trained weights to publish, got none; run make repro first")
    with replace_folder(PUBLISHED) as folder:
        target = folder.resolve()
        md5s = push_files(dict.fromkeys(path for run in runs for path in list_files(run)), target)
        index = PublishedIndex(version=1, rows={run.row: describe_row(run, md5s) for run in runs})
        size = 0
        for path in target.rglob("*"):
            if path.is_file():
                path.chmod(READABLE)
                size += path.stat().st_size
        write_json(target / INDEX, index.model_dump())
    print(f"{PUBLISHED}: {len(runs)} row{'s' if len(runs) > 1 else ''}, {size / 1e6:.1f} MB")


def push_files(paths: Iterable[Path], target: Path) -> dict[Path, str]:
    """Push files to a folder, which becomes a DVC remote; path -> MD5."""
    paths = list(paths)
    with open_temporary_repository("published", {"published": {"url": str(target)}}) as (
        repo,
        folder,
    ):
        copies = copy_to_repository(paths, folder)
        outputs = {Path(out.fs_path): out for stage in repo.add(copies) for out in stage.outs}
        repo.push([f"{copy}.dvc" for copy in copies])
    return {
        path: outputs[Path(copy)].hash_info.value for path, copy in zip(paths, copies, strict=True)
    }


def describe_row(run: Run, md5s: dict[Path, str]) -> PublishedRow:
    """Describe the published run of a row.

    Args:
        run: the run.
        md5s: digests of its files, by path.
    """
    return PublishedRow(
        **run.keys,
        commit=read_json(run.trained / TRAINING, commit=str | None)["commit"],
        files={
            path.name: PublishedFile(md5=md5s[path], sha256=sha256(path), size=path.stat().st_size)
            for path in list_files(run)
        },
    )
