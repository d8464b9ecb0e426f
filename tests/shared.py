"""Folders that the processes of pytest share."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def make_once(request: pytest.FixtureRequest, name: str, make: Callable[[Path], Any]) -> Path:
    """Make a folder in the first process of pytest that asks for it, and return it to all.

    Args:
        request: of a fixture.
        name: of the folder.
        make: fills the empty folder, which is renamed afterwards.
    """
    root = request.getfixturevalue("tmp_path_factory").getbasetemp()
    if request.getfixturevalue("worker_id") != "master":
        root = root.parent
    folder, new = root / name, root / f"new_{name}"
    with (root / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(new, ignore_errors=True)  # of a process that failed
            new.mkdir()
            make(new)
            new.rename(folder)
    return folder
