"""What was drawn is drawn again only where something that it shows has changed."""

import os
import time

import pytest

from benchmark.site import PAGES, kept

CALLS = []


def draw(cell, source, target):
    CALLS.append(cell)
    (PAGES / target).parent.mkdir(parents=True, exist_ok=True)
    (PAGES / target).write_text(f"{cell}: {source.read_text()}")
    return {"cell": cell, "size": (PAGES / target).stat().st_size}


def drawn(source, cell="a", target="assets/a.svg"):
    return kept.kept(draw, cell, source, target, reads=[source], makes=[target])


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    CALLS.clear()
    path = tmp_path / "losses.csv"
    path.write_text("1")
    return path


def test_a_second_build_takes_over_files_and_answer(source):
    first = drawn(source)
    (PAGES / "assets/a.svg").unlink()
    assert drawn(source) == first
    assert (PAGES / "assets/a.svg").read_text() == "a: 1"
    assert CALLS == ["a"]


@pytest.mark.parametrize("change", ["content", "time", "arguments", "code"])
def test_what_has_changed_is_drawn_again(source, monkeypatch, change):
    drawn(source)
    if change == "content":
        source.write_text("22")
    elif change == "time":
        os.utime(source, ns=(0, 0))
    elif change == "code":
        monkeypatch.setattr(kept, "code", lambda: "another")
    found = drawn(source, cell="b" if change == "arguments" else "a")
    assert len(CALLS) == 2
    assert (PAGES / "assets/a.svg").read_text() == f"{found['cell']}: {source.read_text()}"


def test_only_the_files_that_a_call_makes_are_kept(source):
    (PAGES / "assets").mkdir(parents=True)
    (PAGES / "assets/other.svg").write_text("")
    drawn(source)
    (files,) = kept.FOLDER.glob("*/pages")
    assert [path.name for path in files.rglob("*") if path.is_file()] == ["a.svg"]


def test_what_the_last_build_did_not_ask_for_is_deleted(source):
    drawn(source)
    for folder in kept.FOLDER.iterdir():
        os.utime(folder, (0, 0))
    started = time.time() - 60
    drawn(source, cell="b", target="assets/b.svg")
    kept.forget(before=started)
    assert len(list(kept.FOLDER.iterdir())) == 1
    drawn(source)
    assert CALLS == ["a", "b", "a"]


def test_what_was_asked_for_again_stays(source):
    drawn(source)
    for folder in kept.FOLDER.iterdir():
        os.utime(folder, (0, 0))
    drawn(source)
    kept.forget(before=time.time() - 60)
    drawn(source)
    assert CALLS == ["a"]


def test_the_checksum_of_the_code_is_told_by_every_file_of_it(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/charts.py").write_text("a")
    (tmp_path / "lock").write_text("torch==1")
    monkeypatch.setattr(kept, "CODE", tmp_path)
    monkeypatch.setattr(kept, "LOCK", tmp_path / "lock")
    found = {kept.code.__wrapped__()}
    (tmp_path / "site/charts.py").write_text("b")
    found.add(kept.code.__wrapped__())
    (tmp_path / "site/new.py").write_text("")
    found.add(kept.code.__wrapped__())
    (tmp_path / "lock").write_text("torch==2")
    found.add(kept.code.__wrapped__())
    assert len(found) == 4
