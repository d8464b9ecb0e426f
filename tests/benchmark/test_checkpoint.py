"""A checkpoint is whole and one's own, or it does not count."""

import pytest
import torch

from benchmark import checkpoint
from benchmark.checkpoint import Checkpoint, fingerprint, only_one

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    return tmp_path


def test_what_was_saved_comes_back():
    store = Checkpoint("cell", "mark")
    assert store.load(CPU) is None
    store.save({"weights": torch.arange(3), "rows": [(1, "a")], "step": 5})
    state = store.load(CPU)
    assert state["step"] == 5 and state["rows"] == [(1, "a")]
    assert torch.equal(state["weights"], torch.arange(3))
    store.remove()
    assert store.load(CPU) is None


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_torn_one_is_set_aside(folder, capsys, keep):
    store = Checkpoint("cell", "mark")
    store.save({"weights": torch.arange(1000)})
    store.path.write_bytes(store.path.read_bytes()[:keep])
    assert store.load(CPU) is None
    assert "cannot be read" in capsys.readouterr().out
    assert (folder / "cell.aside").exists() and not store.path.exists()


def test_a_foreign_one_is_set_aside(folder, capsys):
    Checkpoint("cell", "old settings").save({"step": 5})
    assert Checkpoint("cell", "new settings").load(CPU) is None
    assert "belongs to other settings: set aside as cell.aside" in capsys.readouterr().out


def test_a_write_that_fails_leaves_the_one_before(monkeypatch):
    store = Checkpoint("cell", "mark")
    store.save({"step": 1})

    def full(state, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(torch, "save", full)
        store.save({"step": 2})
    assert store.load(CPU)["step"] == 1


def test_the_fingerprint_covers_settings_and_code(tmp_path):
    code = tmp_path / "code.py"
    code.write_text("a = 1")
    marks = {fingerprint({"lr": 1}, [code]), fingerprint({"lr": 2}, [code])}
    assert fingerprint({"lr": 1}, [code]) in marks
    code.write_text("a = 2")
    marks.add(fingerprint({"lr": 1}, [code]))
    assert len(marks) == 3


def test_two_processes_cannot_hold_one_cell(capsys):
    with only_one("cell"):
        with pytest.raises(SystemExit), only_one("cell"):
            pass
        with only_one("another"):
            pass
    assert "cell cell: another process is training it" in capsys.readouterr().err
