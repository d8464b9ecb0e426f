"""The folder of `gan-benchmark repro` and `record`: one command at a time, and its workers."""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.common.imports import ROOT
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import expect_written
from benchmark.config import FILE

LOCK = Path(".dvc/tmp/repro.lock")


@contextmanager
def hold_folder() -> Iterator[str]:
    """Hold the lock of this folder, and yield the name of the session.

    Exits with one line if another command holds it: two would delete each other's outputs.
    """
    make_folder(LOCK.parent)
    with expect_written(LOCK):
        opened = LOCK.open("a+", encoding="utf-8")
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop(
                "another `gan-benchmark repro` or `record` runs in this folder; wait for it or end"
                " it"
            )
        session = uuid.uuid4().hex
        file.truncate(0)
        file.write(session)
        file.flush()
        yield session


def find_clone() -> Path:
    """Find the root of the repository: the working directory, or that of the imported code."""
    return Path.cwd() if FILE.is_file() else ROOT


def is_shared(session: str) -> bool:
    """Whether this process works in the folder of a session, maybe on another machine."""
    file = find_clone() / LOCK
    return file.is_file() and file.read_text() == session
