"""Find published weights on disk, or download and check them."""

import os
import pickle
import socket
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.common.paths import is_readable_file, make_folder

FOLDER = Path("downloads") / "weights"  # outside DVC's outputs; `make clean` keeps it
SECONDS = 30  # timeout of a download


@dataclass(frozen=True)
class PublishedWeights:
    """A file of weights as its authors publish it.

    An environment variable, such as ``INCEPTION_WEIGHTS`` for inception, may name another file.

    Attributes:
        network: name of the network.
        url: address of the file.
        sha256: digest of the file.
        kind: description of the network in messages.
    """

    network: str
    url: str
    sha256: str
    kind: str = "feature space"

    @property
    def file_name(self) -> str:
        """Name of the file at its address."""
        return self.url.rsplit("/", 1)[1]

    @property
    def title(self) -> str:
        """Kind and name, for messages."""
        return f"{self.kind} {self.network}"

    @property
    def variable(self) -> str:
        """Name of the environment variable that may name another file."""
        return f"{self.network.upper()}_WEIGHTS"


def find_weights(published: PublishedWeights, path: Path | None = None) -> Path:
    """Find a file of weights, or download it; exit with one line if neither works.

    The order is: ``path``, the environment variable, earlier downloads, the published address. A
    file that the user names is not checked; a download, here or by torch's hub, must have the
    published digest.
    """
    from_environment = os.environ.get(published.variable)
    for file_name, source in ((path, "--weights"), (from_environment, published.variable)):
        if file_name:
            if not is_readable_file(Path(file_name)):
                stop(
                    f"{published.title}: {source} {file_name}: expected a file, got none;"
                    " correct the path"
                )
            return Path(file_name)
    for folder in (FOLDER, Path(torch.hub.get_dir()) / "checkpoints"):
        file = folder / published.file_name
        if is_readable_file(file):
            digest = sha256(file)
            if digest != published.sha256:
                stop(
                    f"{published.title}: {file}: expected sha256 {published.sha256}, got {digest};"
                    " delete the file and run again"
                )
            return file
    return _download(published)


def _download(published: PublishedWeights) -> Path:
    """Download a file of weights; exit with one line if that fails."""
    file = FOLDER / published.file_name
    make_folder(FOLDER)
    timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS)  # torch's hub has no timeout
    try:
        torch.hub.download_url_to_file(published.url, str(file), hash_prefix=published.sha256)
    except (OSError, RuntimeError):  # no network, no such host; or another digest
        stop(
            f"{published.title}: expected a download, got none; put {published.file_name}"
            f" (sha256 {published.sha256}) in {FOLDER}, or its path in {published.variable},"
            " and run again"
        )
    finally:
        socket.setdefaulttimeout(timeout)
    return file


def read_tensors(file: Path, network: str, *, kind: str = "feature space") -> dict[str, Tensor]:
    """Read the tensors of a file that torch saved, on the CPU; execute nothing in it.

    Args:
        file: exits with one line if it holds anything else.
        network: name of the network, for messages.
        kind: description of the network in messages.
    """
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError):
        stop(f"{kind} {network}: {file}: expected weights of torch, got another file; replace it")
    if not isinstance(tensors, dict) or not all(
        isinstance(value, Tensor) for value in tensors.values()
    ):
        stop(
            f"{kind} {network}: {file}: expected a dictionary of tensors, got something else;"
            " replace it"
        )
    return tensors
