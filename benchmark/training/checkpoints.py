"""Where a run stands, kept outside DVC's outputs, so that a killed run goes on where it was.

DVC deletes the outputs of a stage before it runs it, so a checkpoint lies in ``.checkpoints/``,
named after its run. It counts only if its fingerprint (parameters, code, data, versions, device)
is that of the run that finds it.
"""

import fcntl
import hashlib
import io
import json
import os
import pickle
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from benchmark.common.messages import stop

FOLDER = Path(".checkpoints")


def fingerprint(settings: dict[str, Any], files: list[Path]) -> str:
    """SHA-256 over settings and over the contents of files."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for file in sorted(files):
        digest.update(file.as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


class Checkpoint:
    """The checkpoint of one run.

    Args:
        name: of the run, used as the name of the file.
        mark: the fingerprint of the run.
    """

    def __init__(self, name: str, mark: str) -> None:
        self.path = FOLDER / f"{name}.pt"
        self.mark = mark

    def save(self, state: dict[str, Any]) -> None:
        """Write the state to a temporary file, flush it to the disk, and rename it into place.

        Exits with one line if it cannot be written (a full disk); the one before stays.
        """
        whole = io.BytesIO()  # written in one go: torch.save hides why a write failed
        torch.save({"fingerprint": self.mark, **state}, whole)
        temporary = self.path.with_suffix(".tmp")
        try:
            with temporary.open("wb") as file:
                file.write(whole.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            before = "the one before is kept" if self.path.exists() else "there is none before it"
            stop(f"{self.path} cannot be written: {error.strerror} ({before}); run again with room")

    def load(self, device: torch.device) -> dict[str, Any] | None:
        """The state, or None where there is none; one that is torn or foreign is set aside."""
        if not self.path.exists():
            return None
        try:
            state = torch.load(self.path, map_location=device, weights_only=True)
            problem = None if state["fingerprint"] == self.mark else "belongs to other settings"
        except (RuntimeError, OSError, EOFError, KeyError, TypeError) as error:
            problem = f"cannot be read ({type(error).__name__})"
        except (pickle.UnpicklingError, zipfile.BadZipFile) as error:
            problem = f"cannot be read ({type(error).__name__})"
        if problem is None:
            return state
        aside = self.path.with_suffix(".aside")
        self.path.replace(aside)
        print(f"{self.path} {problem}: set aside as {aside.name}, starting over", flush=True)
        return None


def forget(name: str) -> None:
    """Delete the checkpoint of a run, and what a killed write left, once its row is recorded."""
    for suffix in (".pt", ".tmp"):
        (FOLDER / f"{name}{suffix}").unlink(missing_ok=True)


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the lock of a run, or exit with one line if another process holds it."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop(f"run {name}: another process is training it; wait for it or stop it")
        yield
