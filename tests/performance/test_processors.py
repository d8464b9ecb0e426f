"""The columns of processors."""

import json
import sys

import pytest

from tests.performance import processors


def make_column(processor, **packages):
    return {"processor": processor, "packages": packages}


def test_a_column_replaces_that_of_the_same_processor_and_versions():
    old, other = make_column("one", torch="1"), make_column("two", torch="1")
    new, later = make_column("one", torch="1") | {"date": "now"}, make_column("one", torch="2")
    columns = [old, other]
    for column in (new, later):
        columns = processors.add_column(columns, column)
    assert columns == [other, new, later]


def test_digests_come_back_and_differ_between_families():
    first, second = (processors.compute_digests(without=["LSTM"]) for _ in range(2))
    assert first == second and "LSTM" not in first
    assert len(set(first.values())) == len(first) == len(processors.FAMILIES) - 1


@pytest.mark.parametrize("emulator", ["false", "no-such-emulator -cpu one"])
def test_an_emulator_that_fails_is_a_line(monkeypatch, tmp_path, capfd, emulator):
    monkeypatch.setattr(processors, "OUT", tmp_path / "out.json")
    monkeypatch.setattr(sys, "argv", ["processors", "--emulator", emulator])
    with pytest.raises(SystemExit):
        processors.main()
    assert capfd.readouterr().err.startswith(f"{emulator}: expected digests, got an error")
    assert not processors.OUT.exists()


def test_a_column_is_added_to_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(processors, "OUT", tmp_path / "out.json")
    monkeypatch.setattr(processors, "run_digests", lambda choice, *_: {"linear layers": choice})
    monkeypatch.setattr(sys, "argv", ["processors", "--emulator", "/usr/bin/qemu -cpu one"])
    processors.main()
    monkeypatch.setattr(sys, "argv", ["processors"])
    processors.main()
    emulated, real = json.loads(processors.OUT.read_text())["columns"]
    assert emulated["processor"] == "emulated: qemu -cpu one" and emulated["is_emulated"]
    assert real["processor"] == processors.name_processor() and not real["is_emulated"]
    assert real["digests"] == {name: {"linear layers": name} for name in processors.CHOICES}
