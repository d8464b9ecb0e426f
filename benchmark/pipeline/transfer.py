"""Send files between clones through the DVC remote.

The remote is that of the clone (`dvc remote add --default`). A task makes a part of the outputs of
a stage, which DVC cannot push, so files are added and pushed from a temporary DVC repository.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from benchmark.common.hashing import sha256, sha256_of_folder
from benchmark.common.messages import stop

if TYPE_CHECKING:  # the import takes a third of a second
    from dvc.repo import Repo

TEMPORARY = Path(".dvc/tmp")


class Parcel(TypedDict):
    """A file or folder on the remote.

    Attributes:
        dvc: content of the .dvc file, from which DVC pulls it.
        sha256: digest of the file, or of names and contents of the folder.
    """

    dvc: str
    sha256: str


def compute_digest(path: Path) -> str:
    """Compute the SHA-256 of a file or folder; empty if there is none."""
    if path.is_dir():
        return sha256_of_folder(path)
    return sha256(path) if path.is_file() else ""


def read_remotes() -> tuple[str, dict[str, Any]]:
    """Read the name of the default remote of this clone, and the settings of all its remotes.

    Exits with one line if there is no default remote.
    """
    from dvc.config import Config

    settings = Config.from_cwd()
    if not settings["core"].get("remote"):
        stop(
            f"{Path.cwd()}: expected a DVC remote, got none; share this folder with all workers, or"
            " run `dvc remote add --default NAME URL` in each clone"
        )
    return settings["core"]["remote"], settings["remote"]


@contextmanager
def open_temporary_repository(
    remote: str, remotes: dict[str, Any]
) -> Iterator[tuple["Repo", Path]]:
    """Open an empty DVC repository for the block.

    Args:
        remote: name of its default remote.
        remotes: settings of its remotes, by name.

    Yields:
        The repository and its folder.
    """
    from dvc.repo import Repo

    TEMPORARY.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as name:
        folder = Path(name).resolve()
        (folder / ".dvc").mkdir()
        options = {
            "core": {
                "remote": remote,
                "no_scm": True,
                "analytics": False,
                "site_cache_dir": str(folder / ".dvc" / "site"),
            },
            "remote": remotes,
        }
        with Repo(str(folder), config=options) as repo:
            yield repo, folder


def copy_to_repository(paths: Iterable[Path], folder: Path) -> list[str]:
    """Copy files and folders to the same places below a repository; return their new paths."""
    copies = []
    for path in paths:
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
        copies.append(str(copy))
    return copies


def publish(paths: Iterable[Path]) -> dict[str, Parcel]:
    """Push files and folders to the remote; path -> parcel."""
    paths = list(paths)
    with open_temporary_repository(*read_remotes()) as (repo, folder):
        copies = copy_to_repository(paths, folder)
        digests = {path: compute_digest(path) for path in paths}
        repo.add(copies)
        repo.push([f"{copy}.dvc" for copy in copies])
        return {
            path.as_posix(): {
                "dvc": (folder / f"{path}.dvc").read_text(),
                "sha256": digests[path],
            }
            for path in paths
        }


def fetch(parcels: dict[str, Parcel]) -> None:
    """Pull the files and folders that are missing here or differ from their parcels.

    Tasks of one clone fetch in turn, so that they do not replace a folder at the same time.
    """
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    with (TEMPORARY / "fetch.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fetch_missing(parcels)


def fetch_missing(parcels: dict[str, Parcel]) -> None:
    """Fetch while no other process does; see `fetch`."""
    wanted = {
        Path(name): parcel
        for name, parcel in parcels.items()
        if compute_digest(Path(name)) != parcel["sha256"]
    }
    if not wanted:
        return
    with open_temporary_repository(*read_remotes()) as (repo, folder):
        for path, parcel in wanted.items():
            file = folder / f"{path}.dvc"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(parcel["dvc"])
        repo.pull([str(folder / f"{path}.dvc") for path in wanted])
        for path, parcel in wanted.items():
            if compute_digest(folder / path) != parcel["sha256"]:
                stop(f"{path}: expected the file of the remote, got another; run again")
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / path, path)
