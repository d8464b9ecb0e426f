"""Rows with made-up results below the working directory, and their parameters."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmark.common import fingerprints
from benchmark.common.files import read_json
from benchmark.common.writing import write_json
from benchmark.config import Params, Run
from benchmark.records.schema import SHARED, locate_record
from tests.benchmark.website import made_up

NAMES = ("images", "toy", "video", "text")


def read_row_settings(params: Params, row: str, **variant: Any) -> dict[str, Any]:
    """Read the settings of a row, as its recipe has them; keywords replace those of the variant."""
    run = params.rows[row][0]
    section = params.model_dump(exclude_unset=True, mode="json")[run.track]
    return {
        "training": section["training"],
        "seeds": section["seeds"],
        "dataset": section["datasets"][run.dataset],
        "variant": section["variants"][run.variant] | variant,
    }


def write_recipe(row: str, settings: dict) -> None:
    """Write the recipes of a row, which decide its fingerprint."""
    for stage in fingerprints.STAGES:
        path = fingerprints.RECIPES / stage / f"{row}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"settings": settings, "code": {}})


def change_recorded_rate(run: Run, lr: float) -> None:
    """Let the record of a row say that its runs were trained with another learning rate."""
    path = locate_record(run) / "record.json"
    record = read_json(path)
    facts = record["training"][SHARED]
    write_json(path, record | {"training": record["training"] | {SHARED: change_rate(facts, lr)}})


def change_rate(training: dict, lr: float) -> dict:
    """Copy the facts of a training with another learning rate."""
    return training | {"entry": training["entry"] | {"lr": lr}}


def stamp_runs(params: Params) -> None:
    """Write to each run the present fingerprint of its row."""
    for run in params.runs:
        path = run.scored / "evaluation.json"
        facts = {"fingerprint": fingerprints.fingerprint_row(run.row)}
        write_json(path, read_json(path) | facts)


def make_params() -> Params:
    """Make the parameters of the rows."""
    return made_up.make_params(["dcgan", "wgan"], [0, 1], list(NAMES))


def write_rows() -> Params:
    """Write made-up results below the working directory; return the parameters of their rows."""
    Path("site").mkdir()
    for name in ("facets.yaml", "claims.yaml"):
        shutil.copy(made_up.REPOSITORY / "site" / name, Path("site") / name)
    made = make_params()
    made_up.write_results(made, diverged=[("wgan", 1)])
    for row in made.rows:
        write_recipe(row, read_row_settings(made, row))
    stamp_runs(made)
    return made


@pytest.fixture(scope="session")
def made_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rows, made once; tests change copies of it."""
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_rows()
    return folder


@pytest.fixture
def params(made_rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Two variants with two seeds on each of four data sets; a run of wgan has diverged."""
    shutil.copytree(made_rows, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return make_params()
