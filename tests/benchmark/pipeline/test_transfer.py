"""Files that go from clone to clone through a DVC remote."""

from pathlib import Path

import pytest

from benchmark.pipeline import transfer
from tests.benchmark.pipeline.project import run


@pytest.fixture
def clones(tmp_path):
    """Two clones with one remote."""
    clones = tmp_path / "one", tmp_path / "other"
    for clone in clones:
        clone.mkdir()
        run(clone, "git", "init", "--quiet")
        run(clone, "dvc", "init", "--quiet")
        run(clone, "dvc", "remote", "add", "--quiet", "--default", "storage", "../../remote")
    return clones


def write_files(clone):
    folder = clone / "runs" / "dcgan"
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(b"abc")
    (folder / "0.csv").write_text("a,b\n")
    (clone / "features.json").write_text("{}")


def test_files_and_folders_arrive_with_their_bytes(clones, monkeypatch):
    one, other = clones
    write_files(one)
    monkeypatch.chdir(one)
    parcels = transfer.publish([Path("runs/dcgan"), Path("features.json")])
    assert set(parcels) == {"runs/dcgan", "features.json"}
    assert "md5: " in parcels["runs/dcgan"]["dvc"]  # DVC pulls from this text alone
    monkeypatch.chdir(other)
    transfer.fetch(parcels)
    assert transfer.compute_digest(Path("runs/dcgan")) == parcels["runs/dcgan"]["sha256"]
    assert Path("features.json").read_text() == "{}"
    Path("features.json").write_text("changed")  # a file that may be written, not DVC's
    for clone in clones:
        left = {path.name for path in (clone / ".dvc/tmp").iterdir()}
        assert not any(name.startswith("tmp") for name in left)
        assert "no data or pipelines tracked" in run(clone, "dvc", "status")


def test_only_what_differs_is_fetched(clones, monkeypatch):
    one, other = clones
    write_files(one)
    monkeypatch.chdir(one)
    parcels = transfer.publish([Path("runs/dcgan"), Path("features.json")])
    monkeypatch.chdir(other)
    transfer.fetch(parcels)
    before = Path("features.json").stat().st_mtime_ns
    Path("runs/dcgan/weights").unlink()
    Path("runs/dcgan/more").touch()
    transfer.fetch(parcels)
    assert sorted(path.name for path in Path("runs/dcgan").iterdir()) == ["0.csv", "weights"]
    assert Path("features.json").stat().st_mtime_ns == before
    monkeypatch.setattr(transfer, "open_temporary_repository", None)
    transfer.fetch(parcels)  # all is there


def test_a_clone_without_remote_is_one_line(clones, monkeypatch, capsys):
    one, _ = clones
    write_files(one)
    run(one, "dvc", "remote", "remove", "storage")
    monkeypatch.chdir(one)
    with pytest.raises(SystemExit):
        transfer.publish([Path("features.json")])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{one}: expected a DVC remote, got none; share this folder")
