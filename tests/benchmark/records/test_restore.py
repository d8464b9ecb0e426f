"""Damaged records: one line that names the file where it is."""

import shutil
from pathlib import Path

import pytest

from benchmark.config import RUNS, Params, Run
from benchmark.records.restore import select_results
from benchmark.records.schema import locate_record, locate_reference_record
from benchmark.records.write import record_rows
from tests.command import error_line


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda text: text[: len(text) // 2], "damaged"),
        (lambda text: text.replace('"version": 1', '"version": 0'), "version: Input should be 1"),
        (lambda text: text.replace('"dcgan"', '"wgan"', 1), "it is the record of digits-wgan"),
        (lambda text: text.replace('"seconds": 1.0', '"seconds": "a"'), "seconds is"),
        (lambda text: text.replace("{", '{\n "more": 1,', 1), "more: Extra inputs"),
    ],
)
def test_a_damaged_record_is_one_line(params: Params, capsys, damage, expected) -> None:
    record_rows(params, ["digits-dcgan"])
    shutil.rmtree(RUNS)
    path = locate_record(Run("images", "digits", "dcgan", 0)) / "record.json"
    path.write_text(damage(path.read_text()))
    with pytest.raises(SystemExit):
        select_results(params)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}: expected a record of version 1") and expected in line
    assert line.endswith("delete it and run gan-benchmark record digits-dcgan")


@pytest.mark.parametrize(
    ("name", "damage", "expected"),
    [
        ("scores.json", lambda text: "[]", "no seeds"),
        ("scores.json", lambda text: text.replace('"1"', '"x"', 1), "seed x is no number"),
        ("scores.json", lambda text: text.replace('"1"', '"2"', 1), "seeds are 0, 2, not 0, 1"),
        ("scores.json", lambda text: text.replace("1.5", "null", 1), "fid is no number"),
        ("scores.json", lambda text: text.replace('"fid"', '"fdi"', 1), "fdi is no metric"),
        ("trajectory.csv", lambda text: text.replace("fid", "is", 1), "no column fid"),
        ("losses.csv", lambda text: text.replace("0.5", "a", 1), "could not convert"),
        ("times.csv", lambda text: text.replace("seconds", "minutes", 1), "no column seconds"),
    ],
)
def test_a_damaged_file_is_named_where_it_is(
    params: Params, capsys, name: str, damage, expected: str
) -> None:
    record_rows(params, ["digits-dcgan"])
    shutil.rmtree(RUNS)
    path = locate_record(Run("images", "digits", "dcgan", 0)) / name
    path.write_text(damage(path.read_text()))
    line = error_line(capsys, lambda: select_results(params))
    assert line.startswith(f"{path}: expected ") and expected in line
    assert line.endswith("delete it and run gan-benchmark record digits-dcgan")


@pytest.mark.parametrize("name", ["scores.json", "evaluation.json"])
def test_reference_rows_without_a_file_are_one_line(params: Params, capsys, name: str) -> None:
    record_rows(params, ["digits-dcgan"])
    for folder in (RUNS, Path("references")):
        shutil.rmtree(folder)
    path = locate_reference_record("images", "digits") / name
    path.unlink()
    line = error_line(capsys, lambda: select_results(params))
    assert line.startswith(f"{path}: expected ") and "got no file" in line
    shutil.rmtree(path.parent)
    line = error_line(capsys, lambda: select_results(params))
    assert line.startswith(str(path.parent)) and line.endswith("; run gan-benchmark record")
