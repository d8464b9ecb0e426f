"""Files are read whole, or a line names the damaged one."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from benchmark.common import files
from tests.command import error_line


def test_json_is_read_in_utf8(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes('{"Fréchet": [1, null]}'.encode())
    assert files.read_json(file) == {"Fréchet": [1, None]}


def write_json(path):
    path.write_text(json.dumps({"status": "ok"}))
    return files.read_json


def write_csv(path):
    path.write_text("a,b\n1,2\n")
    return files.read_table


def write_npz(path):
    np.savez(path.with_suffix(".npz"), a=np.arange(999))
    path.with_suffix(".npz").replace(path)
    return files.read_arrays


def write_npy(path):
    with path.open("wb") as file:
        np.save(file, np.arange(999))
    return files.read_array


def map_npy(path):
    write_npy(path)
    return lambda file: files.read_array(file, mmap_mode="r")


def write_tensors(path):
    save_file({"a": torch.zeros(99)}, path)
    return files.read_tensors


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
@pytest.mark.parametrize(
    "write", [write_json, write_csv, write_npz, write_npy, map_npy, write_tensors]
)
def test_a_damaged_file_is_one_line(tmp_path, capsys, write, share):
    path = tmp_path / "file"
    read = write(path)
    read(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    line = error_line(capsys, lambda: read(path))
    assert line.startswith(f"{path}: expected ") and "got a damaged file (" in line
    assert line.endswith("; delete it and run make repro")
    path.unlink()
    line = error_line(capsys, lambda: read(path))
    assert line.endswith("got no file; run make repro")


def test_a_missing_key_column_or_array_is_one_line(tmp_path, capsys):
    path = tmp_path / "file"
    for write, error in ((write_csv, "no column c"), (write_npz, "c is not")):
        read = write(path)
        assert f"got a damaged file ({error}" in error_line(
            capsys, lambda read=read: read(path, "c")
        )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"a": NaN, "b": {"c": ""}}', "NaN is not JSON"),
        ('{"a": -Infinity, "b": {"c": ""}}', "-Infinity is not JSON"),
        ('{"a": "1", "b": {"c": ""}}', 'a is "1"'),
        ('{"a": [1], "b": {"c": ""}}', "a is [1]"),
        ('{"a": true, "b": {"c": ""}}', "a is true"),
        ('{"a": null, "b": {"c": ""}}', "a is null"),
        ('{"b": {"c": ""}}', "no a"),
        ('{"a": 1, "b": {}}', "no b.c"),
        ('{"a": 1, "b": {"c": 1}}', "b.c is 1"),
        ('{"a": 1, "b": []}', "b has no keys"),
        ("[]", "the file has no keys"),
        ("[" * 100_000, "maximum recursion depth exceeded"),
    ],
)
def test_another_kind_of_value_in_json_is_one_line(tmp_path, capsys, content, reason):
    path = tmp_path / "a.json"
    path.write_text(content)
    line = error_line(capsys, lambda: files.read_json(path, a=int | float, b={"c": str}))
    assert line.startswith(f"{path}: expected JSON, got a damaged file ({reason}")
    assert line.endswith("; delete it and run make repro")


def test_kinds_of_values_in_json_fit(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1.5, "b": {"c": "", "d": [null]}, "e": true}')
    content = files.read_json(path, a=int | float, b={"c": str}, e=bool)
    assert content == {"a": 1.5, "b": {"c": "", "d": [None]}, "e": True}


def test_a_line_with_another_number_of_values_is_one_line(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3\n")
    assert "line 3 has 1 values in place of 2" in error_line(capsys, lambda: files.read_table(path))
