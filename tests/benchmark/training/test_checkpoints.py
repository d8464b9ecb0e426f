"""Checkpoints: complete files, each valid for its run only."""

import resource

import pytest
import torch

from benchmark.common import imports
from benchmark.config import Run
from benchmark.training import checkpoints, train
from benchmark.training.checkpoints import (
    Checkpoint,
    delete_checkpoint,
    hold_run_lock,
)

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path)
    return tmp_path


def load(store, like=()):
    return store.load(CPU, dict(like))


def test_a_saved_state_is_loaded():
    store = Checkpoint("run", "mark")
    assert load(store) is None
    store.save({"weights": torch.arange(3), "rows": [(1, "a")], "step": 5})
    state = load(store)
    assert state["step"] == 5 and state["rows"] == [(1, "a")]
    assert torch.equal(state["weights"], torch.arange(3))
    delete_checkpoint("run")
    assert load(store) is None


def test_deleting_leaves_no_file(folder):
    store = Checkpoint("run", "mark")
    store.save({"step": 5})
    (folder / "run.tmp").write_bytes(b"half of the next, whose writer was killed")
    delete_checkpoint("run")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("length", [0, 1, 31, 32, 100, -1])
def test_a_truncated_checkpoint_is_renamed(folder, capsys, length):
    store = Checkpoint("run", "mark")
    store.save({"weights": torch.arange(1000)})
    store.path.write_bytes(store.path.read_bytes()[:length])
    assert load(store) is None
    assert "expected a checkpoint of this run, got a damaged file; " in capsys.readouterr().out
    assert (folder / "run.invalid").exists() and not store.path.exists()


def test_any_flipped_byte_sets_a_checkpoint_aside(capsys):
    store = Checkpoint("run", "mark")
    store.save({"weights": torch.arange(50), "rows": [(1, "a")], "step": 5})
    content = store.path.read_bytes()
    for position in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[position] ^= 1 << position % 8
        store.path.write_bytes(damaged)
        assert load(store) is None, position
        assert capsys.readouterr().out == (
            f"{store.path}: expected a checkpoint of this run, got a damaged file;"
            " renamed to run.invalid, starting over\n"
        )
    store.path.write_bytes(content)
    assert load(store)["step"] == 5


def test_a_checkpoint_without_some_of_the_state_is_renamed(folder, capsys):
    store = Checkpoint("run", "mark")
    store.save({"weights": {"a": torch.zeros(1)}, "rows": {"more": 1}})
    assert load(store, {"weights": {"a": torch.zeros(1)}, "rows": {}}) is not None
    assert load(store, {"weights": {"a": 0, "b": 0}, "step": 0, "rows": {}}) is None
    assert "got one without step, weights.b; renamed to" in capsys.readouterr().out
    assert (folder / "run.invalid").exists() and not store.path.exists()


def test_a_checkpoint_of_other_settings_is_renamed(folder, capsys):
    Checkpoint("run", "old settings").save({"step": 5})
    assert load(Checkpoint("run", "new settings")) is None
    line = capsys.readouterr().out
    assert (
        "expected a checkpoint of this run, got one of other settings; renamed to run.inv" in line
    )


def test_a_full_disk_keeps_the_previous_checkpoint(folder, capsys):
    store = Checkpoint("run", "mark")
    store.save({"step": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))  # as on a full disk, half is written
    try:
        with pytest.raises(SystemExit) as ended:
            store.save({"step": 2, "weights": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        ": expected space for a checkpoint, got File too large (the previous one is kept);"
        " free some space and run again"
    )
    assert [file.name for file in folder.iterdir()] == ["run.pt"]
    assert load(store)["step"] == 1


def test_the_fingerprint_covers_settings_and_code(monkeypatch):
    run = Run("images", "digits", "dcgan", 0)
    fingerprints = {train.fingerprint_run(run, {"lr": lr}, CPU) for lr in (1, 2)}
    assert train.fingerprint_run(run, {"lr": 1}, CPU) in fingerprints
    original = imports.fingerprint
    for module, is_used in (
        ("benchmark.training.moving_average", True),
        ("gans.unconditional.dcgan", True),
        ("gans.unconditional.lsgan", False),
        ("benchmark.evaluation.evaluate", False),
    ):
        monkeypatch.setattr(
            imports, "fingerprint", lambda name, m=module: "0" if name == m else original(name)
        )
        changed = train.fingerprint_run(run, {"lr": 1}, CPU)
        assert (changed not in fingerprints) == is_used, module


def test_two_processes_cannot_hold_one_lock(capsys):
    with hold_run_lock("run"):
        with pytest.raises(SystemExit), hold_run_lock("run"):
            pass
        with hold_run_lock("another"):
            pass
    assert "run run: expected no other process that trains it, got one; " in capsys.readouterr().err
