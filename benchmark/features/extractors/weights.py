"""Published weights: found, or fetched and checked, or one line that says what to put where."""

import os
import pickle
import socket
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from benchmark.common.hashing import sha256
from benchmark.common.messages import stop

FOLDER = Path("downloads") / "weights"  # outside DVC's outputs, so that it outlives a clean
SECONDS = 30  # without an answer


@dataclass(frozen=True)
class Published:
    """A file of weights as its authors publish it.

    An environment variable, ``INCEPTION_WEIGHTS`` for the space inception, may name another file.
    ``kind`` is what messages call it.
    """

    space: str
    url: str
    sha256: str
    kind: str = "feature space"

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    @property
    def title(self) -> str:
        return f"{self.kind} {self.space}"

    @property
    def variable(self) -> str:
        return f"{self.space.upper()}_WEIGHTS"


def find(published: Published, given: Path | None = None) -> Path:
    """Where the weights lie: given, in the environment, fetched earlier, or fetched now.

    A file that is given is taken as it is. One that was fetched, here or by torch's hub, has the
    published checksum.
    """
    named = os.environ.get(published.variable)
    for path, source in ((given, "--weights"), (named, published.variable)):
        if path:
            if not Path(path).is_file():
                stop(f"{published.title}: {source} {path}: no such file")
            return Path(path)
    for folder in (FOLDER, Path(torch.hub.get_dir()) / "checkpoints"):
        file = folder / published.name
        if file.is_file():
            found = sha256(file)
            if found != published.sha256:
                stop(
                    f"{published.title}: {file} is not whole: its sha256 is {found},"
                    f" not {published.sha256}; delete it and run again"
                )
            return file
    return _fetch(published)


def _fetch(published: Published) -> Path:
    file = FOLDER / published.name
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS)  # torch's hub would wait for ever
    try:
        torch.hub.download_url_to_file(published.url, str(file), hash_prefix=published.sha256)
    except (OSError, RuntimeError):  # no network, no such host; or another checksum
        stop(
            f"{published.title}: no source answered; put {published.name}"
            f" (sha256 {published.sha256}) in {FOLDER}, or its path in {published.variable},"
            " and run again"
        )
    finally:
        socket.setdefaulttimeout(before)
    return file


def read(file: Path, space: str, *, kind: str = "feature space") -> dict[str, Tensor]:
    """The tensors of a file that torch saved, on the CPU; nothing in it is executed."""
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError):
        stop(f"{kind} {space}: {file}: not a file of weights that torch can read")
    if not isinstance(tensors, dict) or not all(
        isinstance(value, Tensor) for value in tensors.values()
    ):
        stop(f"{kind} {space}: {file}: holds no dictionary of tensors")
    return tensors
