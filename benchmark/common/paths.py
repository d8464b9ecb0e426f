"""Look at paths of the user; what the system refuses exits with one line that names the path."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.common.messages import stop, summarise_error

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # errors of a full disk, quota or file
DENIED = (errno.EACCES, errno.EPERM)
# errors that the user can mend -> what to do
ADVICE = {
    **dict.fromkeys(FULL, "free some space and run again"),
    **dict.fromkeys(DENIED, "change its permissions, or those of its folder"),
    errno.EROFS: "choose another folder",
    errno.ENAMETOOLONG: "shorten the name",
    errno.ELOOP: "correct the link",
    errno.EEXIST: "rename it or delete it",
    errno.EISDIR: "rename it or delete it",
    errno.ENOTDIR: "rename or delete what is not a folder",
    errno.EIO: "check the disk",
}


def advise(error: Exception, otherwise: str) -> str:
    """Return what to do about an error of the system, or other advice if it is none of these."""
    return ADVICE.get(getattr(error, "errno", None) or 0, otherwise)


def describe(error: Exception) -> str:
    """Describe an error of the system in its own words, without the path."""
    return getattr(error, "strerror", None) or summarise_error(error)


@contextmanager
def expect_reachable(path: Path) -> Iterator[None]:
    """Exit with one line if the system refuses the path in the block."""
    try:
        yield
    except OSError as error:
        advice = advise(error, "correct the path")
        stop(f"{path}: expected a path to read, got an error ({describe(error)}); {advice}")


def expand(text: str) -> Path:
    """Return a path of params.yaml, with the home folder in place of ``~``; else exit."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        stop(
            f"{text}: expected a user of this machine after ~, got none; write the path of the"
            " folder"
        )


def is_file(path: Path) -> bool:
    """Whether a path is a file; exits with one line if the system does not say."""
    with expect_reachable(path):
        return path.is_file()


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; exits with one line if the system does not say."""
    with expect_reachable(path):
        return path.is_dir()


def is_link(path: Path) -> bool:
    """Whether a path is a link; exits with one line if the system does not say."""
    with expect_reachable(path):
        return path.is_symlink()


def is_readable_file(path: Path) -> bool:
    """Whether a path is a file; exits with one line if the file may not be read."""
    with expect_reachable(path):
        if not path.is_file():
            return False
        path.open("rb").close()
        return True


def check_folder(path: Path) -> None:
    """Exit with one line if a folder can be neither there nor created."""
    for place in (path, *path.parents):
        with expect_reachable(place):
            if place.is_dir():
                return
            if place.exists() or place.is_symlink():
                kind = "a file" if place.exists() else "a link to nothing"
                stop(f"{place}: expected a folder, got {kind}; rename it or delete it")


def make_folder(path: Path) -> None:
    """Create a folder and those above it, if they are missing; exit with one line if that fails."""
    check_folder(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = advise(error, "choose another folder")
        stop(f"{path}: expected a folder to write to, got an error ({describe(error)}); {advice}")


@contextmanager
def report_refusals() -> Iterator[None]:
    """Exit with one line if the system refuses what the block does; `ADVICE` lists the errors."""
    try:
        yield
    except OSError as error:
        if not (advice := advise(error, "")):
            raise
        place = error.filename or "output"
        stop(f"{place}: expected a file to use, got an error ({describe(error)}); {advice}")
