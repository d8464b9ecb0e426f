"""Files are written whole or not at all; what cannot be written is one line."""

import errno
import os
import resource
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark.common import paths, writing
from tests.command import error_line

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_folder_of_a_target_is_created_before_the_work(tmp_path, capsys):
    target = tmp_path / "none" / "deeper" / "a.png"
    for _ in range(2):
        writing.prepare_target(target)
        assert target.parent.is_dir() and not target.exists()
    assert "got a folder" in error_line(capsys, lambda: writing.prepare_target(tmp_path))
    target.touch()
    line = error_line(capsys, lambda: writing.prepare_target(target / "b.png"))
    assert line == f"{target}: expected a folder, got a file; rename it or delete it"


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "a/" + "x" * 300 + "/b.png", "\0.png"])
def test_a_target_that_the_system_refuses_is_one_line(tmp_path, capsys, name):
    line = error_line(capsys, lambda: writing.prepare_target(tmp_path / name))
    assert ": expected a " in line and "got an error (" in line


def test_a_link_in_a_circle_is_one_line(tmp_path, capsys):
    (tmp_path / "a.png").symlink_to("a.png")
    line = error_line(capsys, lambda: writing.prepare_target(tmp_path / "a.png"))
    assert "got an error (" in line


def test_a_file_that_is_cut_off_replaces_none(tmp_path, capsys):
    path = tmp_path / "a.png"
    path.write_text("earlier")

    def write():
        with writing.replace_file(path) as temporary:
            assert temporary.suffix == ".png" and temporary.parent == tmp_path
            temporary.write_text("par")
            raise FULL

    line = error_line(capsys, write)
    assert line == (
        f"{path}: expected a file to write, got an error (No space left on device); free some"
        " space and run again"
    )
    assert path.read_text() == "earlier" and list(tmp_path.iterdir()) == [path]


def test_a_replaced_file_keeps_its_mode_and_links_to_it(tmp_path):
    path, link = tmp_path / "a.txt", tmp_path / "link.txt"
    path.touch(0o600)
    link.symlink_to(path)
    writing.write_text(link, "new\n")
    assert link.is_symlink() and path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o600


@contextmanager
def full_disk():
    """Let files of this process end after 100 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


WRITERS = {
    "a.txt": lambda path: writing.write_text(path, "x" * 9999),
    "a.json": lambda path: writing.write_json(path, ["x" * 9999]),
    "a.csv": lambda path: writing.write_csv(path, [["x" * 9999]]),
    "a.npz": lambda path: writing.save_arrays(path, a=np.zeros(9999)),
    "a.safetensors": lambda path: writing.save_tensors(path, {"a": torch.zeros(9999)}),
    "a.png": lambda path: writing.save_picture(
        path, Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    ),
    "a.npy": lambda path: save_array(path),
}


def save_array(path):
    with writing.replace_file(path) as temporary, temporary.open("wb") as file:
        np.save(file, np.zeros(9999))


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_one_line(tmp_path, capsys, name):
    with full_disk():
        line = error_line(capsys, lambda: WRITERS[name](tmp_path / name))
    assert line.startswith(f"{tmp_path / name}: expected a file to write, got an error (")
    assert line.endswith("; free some space and run again")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "got"), [("file", "a file"), ("link", "a link to nothing")])
def test_what_is_no_folder_is_one_line(tmp_path, capsys, kind, got):
    place = tmp_path / "data"
    if kind == "file":
        place.touch()
    else:
        place.symlink_to(tmp_path / "none")
    for folder in (place, place / "digits" / "train"):
        line = error_line(capsys, lambda folder=folder: paths.make_folder(folder))
        assert line == f"{place}: expected a folder, got {got}; rename it or delete it"


def test_a_folder_behind_a_link_is_one(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "data").symlink_to("real")
    paths.make_folder(tmp_path / "data" / "digits")
    assert (tmp_path / "real" / "digits").is_dir()
