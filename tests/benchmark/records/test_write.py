"""Records that are written: which rows, and what an interrupted command leaves."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark import config
from benchmark.config import RUNS, Params, Run
from benchmark.pipeline.folder import hold_folder
from benchmark.records.schema import locate_record
from benchmark.records.write import MOMENTS, print_records, record_row, record_rows
from tests.benchmark.records.conftest import write_recipe
from tests.command import error_line, run_command


def test_curves_have_a_limited_number_of_moments_and_keep_the_last(params: Params) -> None:
    run = Run("images", "digits", "dcgan", 0)
    lines = [f"{10 * step},player,real,{1 / 3}" for step in range(1, 501)]
    run.losses.write_text("\n".join(["samples_seen,player,term,value", *lines, ""]))
    record_row(params.rows["digits-dcgan"])
    table = pd.read_csv(locate_record(run) / "losses.csv")
    table = table[table["seed"] == 0]
    assert len(table) == MOMENTS["losses"] and table["samples_seen"].iloc[[0, -1]].tolist() == [
        10,
        5000,
    ]
    assert set(table["player/real"]) == {0.3333}
    gaps = np.diff(table["samples_seen"])
    assert gaps.max() - gaps.min() <= 10


def test_a_row_that_is_not_made_here_cannot_be_recorded(params: Params, capsys) -> None:
    write_recipe("digits-dcgan", {"variant": {"lr": 0.002}, "seeds": [0, 1]})
    with pytest.raises(SystemExit):
        record_rows(params, ["digits-dcgan", "digits-wgan"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("digits-dcgan: expected a row made here") and "ROWS=digits-dcgan" in line
    assert not locate_record(Run("images", "digits", "wgan", 0)).exists(), "all or none"


def test_an_interrupted_record_leaves_the_one_before(params: Params, monkeypatch) -> None:
    record_rows(params, ["digits-dcgan"])
    folder = locate_record(Run("images", "digits", "dcgan", 0))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(shutil, "copy", lambda *paths: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record_rows(params, ["digits-dcgan"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["dcgan"] or not [
        path for path in folder.parent.iterdir() if path.name.startswith(".")
    ]


def test_a_record_that_was_moved_aside_comes_back(params: Params, monkeypatch, capsys) -> None:
    record_rows(params, ["digits-dcgan"])
    folder = locate_record(Run("images", "digits", "dcgan", 0))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    folder.rename(folder.with_name(".dcgan.old"))  # where the command was killed
    folder.with_name(".dcgan.new").mkdir()
    shutil.rmtree(RUNS)
    line = error_line(capsys, lambda: record_rows(params, ["digits-dcgan"]))
    assert line.startswith("digits-dcgan: expected a row made here")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not list(folder.parent.glob(".*"))


@pytest.mark.parametrize("name", ["digits.json", "digits/evaluation.json"])
def test_nothing_is_recorded_without_reference_rows(params: Params, capsys, name: str) -> None:
    Path("references", name).unlink()
    line = error_line(capsys, lambda: record_rows(params, ["digits-dcgan"]))
    assert line == (
        f"references/{name}: expected the reference rows of digits, got no file; run make repro"
        " ROWS=digits-dcgan"
    )
    assert not Path("results/images").exists()


def test_a_misspelt_row_is_suggested(params: Params, capsys) -> None:
    line = error_line(capsys, lambda: record_rows(params, ["ring8-dcgn"]))
    assert line == ("expected a row of params.yaml, got ring8-dcgn; did you mean ring8-dcgan?")


def test_rows_of_code_without_a_commit_are_named(params: Params, capsys) -> None:
    record_rows(params)
    assert not capsys.readouterr().err
    for row, file in (
        ("digits-dcgan", "trained/1/training"),
        ("ring8-wgan", "scored/0/evaluation"),
    ):
        path = params.rows[row][0].folder / f"{file}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"changed_since": True}))
    assert record_rows(params) == list(params.rows)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("digits-dcgan, ring8-wgan: made before the code was committed")
    assert line.endswith(
        "run dvc repro --force --single-item train@digits-dcgan evaluate@digits-dcgan"
        " train@ring8-wgan evaluate@ring8-wgan and gan-benchmark record digits-dcgan ring8-wgan"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["digits-wgan"], "1 row recorded: results/images/digits/wgan"),
        (
            ["digits-dcgan", "digits-wgan", "ring8-wgan"],
            "3 rows recorded: results/images/digits/{dcgan,wgan}, results/toy/ring8/wgan",
        ),
    ],
)
def test_what_is_written_is_shown(params: Params, capsys, names, expected) -> None:
    print_records(params, names)
    first, second = capsys.readouterr().out.splitlines()
    assert first == expected
    assert second.startswith("written too: results/images/digits/reference_rows, ")
    assert second.endswith("tables and dvc.yaml in results, README.md")


def test_one_command_records_at_a_time(params: Params, capsys, monkeypatch) -> None:
    monkeypatch.setattr(config, "load_params", lambda: params)
    with hold_folder():
        line = error_line(capsys, lambda: run_command("record", "digits-dcgan"))
    assert line.startswith("another `gan-benchmark repro` or `record` runs in this folder;")
    assert not Path("results/images").exists()
