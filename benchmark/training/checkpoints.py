"""Checkpoints of runs in training, so that an interrupted run resumes with identical results.

DVC deletes the outputs of a stage before it runs the stage, so checkpoints lie outside of them, in
``.checkpoints/``, one file a run. A checkpoint is valid only if its fingerprint (parameters, code,
data, versions, device) is that of the run that loads it. The first bytes of the file are the
SHA-256 of the others, so that damage is detected before anything is restored.
"""

import fcntl
import hashlib
import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import torch

from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import expect_written

FOLDER = Path(".checkpoints")
DIGEST_SIZE = hashlib.sha256().digest_size
LOCK_POLL_SECONDS = 0.2


def compute_fingerprint(settings: dict[str, Any]) -> str:
    """Compute the SHA-256 of settings."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()


class Checkpoint:
    """The checkpoint of one run.

    Args:
        name: of the run, and of the file.
        fingerprint: of the run.
    """

    def __init__(self, name: str, fingerprint: str) -> None:
        self.path = FOLDER / f"{name}.pt"
        self.fingerprint = fingerprint

    def save(self, state: dict[str, Any]) -> None:
        """Write the state to a temporary file, flush it to the disk, and rename it into place.

        Exits with one line if it cannot be written (a full disk); the previous one is kept.
        """
        content = io.BytesIO()  # written in one go: torch.save hides why a write failed
        torch.save({"fingerprint": self.fingerprint, **state}, content)
        temporary = self.path.with_suffix(".tmp")
        try:
            with temporary.open("wb") as file:
                file.write(hashlib.sha256(content.getbuffer()).digest())
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            previous = "the previous one is kept" if self.path.exists() else "none is kept"
            stop(
                f"{self.path}: expected space for a checkpoint, got {error.strerror} ({previous});"
                " free some space and run again"
            )

    def load(self, device: torch.device, like: dict[str, Any]) -> dict[str, Any] | None:
        """Load the state; None if there is none, or if it is invalid, which renames the file.

        Args:
            device: of the loaded tensors.
            like: a state of this run, such as the initial one; the loaded state has its keys.
        """
        if not self.path.exists():
            return None
        try:
            return self._read(device, like)
        except ValueError as error:
            renamed = self.path.with_suffix(".invalid")
            self.path.replace(renamed)
            print(
                f"{self.path}: expected a checkpoint of this run, got {error}; renamed to"
                f" {renamed.name}, starting over",
                flush=True,
            )
        return None

    def _read(self, device: torch.device, like: dict[str, Any]) -> dict[str, Any]:
        """Read the state; raises ValueError, which describes the file, if it is invalid."""
        try:
            file = self.path.read_bytes()
        except OSError as error:
            raise ValueError(f"a file that cannot be read ({error.strerror})") from error
        digest, content = file[:DIGEST_SIZE], file[DIGEST_SIZE:]
        if hashlib.sha256(content).digest() != digest:
            raise ValueError("a damaged file")
        state = torch.load(io.BytesIO(content), map_location=device, weights_only=True)
        if state["fingerprint"] != self.fingerprint:
            raise ValueError("one of other settings")
        if missing := list_missing(state, like):
            raise ValueError(f"one without {', '.join(missing)}")
        return state


def list_missing(state: Any, like: Any) -> list[str]:
    """List the keys of ``like`` that ``state`` lacks, also in dictionaries within both."""
    if not isinstance(like, dict):
        return []
    if not isinstance(state, dict):
        return [str(key) for key in like]
    missing = [str(key) for key in like if key not in state]
    for key in state.keys() & like.keys():
        missing += [f"{key}.{name}" for name in list_missing(state[key], like[key])]
    return sorted(missing)


def delete_checkpoint(name: str) -> None:
    """Delete the checkpoint of a run, and the temporary file of an interrupted write."""
    for suffix in (".pt", ".tmp"):
        (FOLDER / f"{name}{suffix}").unlink(missing_ok=True)


@contextmanager
def hold_run_lock(name: str, *, seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a run; exits with one line if another process keeps it.

    Args:
        name: of the run.
        seconds: how long to wait for another process, which may be saving the run.
    """
    make_folder(FOLDER)
    deadline, lock = time.monotonic() + seconds, FOLDER / f"{name}.lock"
    with expect_written(lock):
        opened = lock.open("w")
    with opened as file:
        while not _is_locked(file):
            if time.monotonic() >= deadline:
                stop(
                    f"run {name}: expected no other process that trains it, got one; wait for it"
                    " or end it"
                )
            time.sleep(LOCK_POLL_SECONDS)
        yield


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
