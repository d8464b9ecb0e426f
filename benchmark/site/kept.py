"""What an earlier build of the site has drawn, taken over where nothing that it shows has changed.

What was drawn lies in .cache/site, a folder for each call. A call is known by its arguments, the
code of the benchmark, the pinned packages, and name, size and time of the files that it reads.
"""

import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from benchmark.site import PAGES

FOLDER = Path(".cache/site")
CODE = Path(__file__).parents[1]
LOCK = CODE.parent / "requirements.lock"


def kept(
    call: Callable[..., Any], *arguments: Any, reads: Iterable[Path], makes: Iterable[str]
) -> Any:
    """What a call returns, and the files that it makes, drawn anew only if need be.

    Args:
        call: a function that is the same whenever it is called with the same arguments and files.
        arguments: of it; what they are must be told by their ``repr``.
        reads: files and folders that it reads, besides code of the benchmark; those that are not
            there count as well.
        makes: patterns of the files that it makes, below results/pages.
    """
    seen = [_stamp(file) for path in reads for file in _files(path)]
    told = repr((code(), call.__module__, call.__qualname__, arguments, seen))
    folder = FOLDER / hashlib.sha256(told.encode()).hexdigest()
    if folder.exists():
        shutil.copytree(folder / "pages", PAGES, dirs_exist_ok=True, copy_function=shutil.copyfile)
        os.utime(folder)
        return pickle.loads((folder / "said").read_bytes())
    said = call(*arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=FOLDER))
    (draft / "pages").mkdir()
    for made in {path for pattern in makes for path in PAGES.glob(pattern) if path.is_file()}:
        target = draft / "pages" / made.relative_to(PAGES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, target)
    (draft / "said").write_bytes(pickle.dumps(said))
    with suppress(OSError):  # another process was first
        draft.rename(folder)
    return said


def forget(before: float) -> None:
    """Delete what no build since then, in seconds since the epoch, has asked for."""
    for folder in FOLDER.glob("*"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder)


@cache
def code() -> str:
    """A checksum of the benchmark's code and of the packages that it runs with."""
    digest = hashlib.sha256(LOCK.read_bytes())
    for path in sorted(CODE.rglob("*.py")):
        digest.update(path.relative_to(CODE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    """A file, or what is in a folder, but for what Python keeps there."""
    within = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in within if "__pycache__" not in file.parts]


def _stamp(path: Path) -> tuple[str, int, int]:
    """Name, size and time of change of a file; sizes and times of 0 where it is not there."""
    if not path.is_file():
        return path.as_posix(), 0, 0
    facts = path.stat()
    return path.as_posix(), facts.st_size, facts.st_mtime_ns
