"""Limits of the sizes of records."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from benchmark import tracks
from benchmark.common.files import expect_form
from benchmark.common.messages import stop
from benchmark.records.schema import advise

FILM = "film.js"  # of rows that params.yaml lists; it has a limit of its kind
# bytes of a record, with samples of at most `WIDTH` pixels or others, of a film, and of results/
SMALL_RECORD, LARGE_RECORD, FILM_LIMIT, TOTAL = 60_000, 300_000, 150_000, 20_000_000
WIDTH = 8
COLUMNS = 16  # samples in a row of a picture


def check_size(folder: Path, track: str) -> None:
    """Exit with one line if the files of a record are too large, its film left out.

    Args:
        folder: of the record.
        track: its name.
    """
    limit = LARGE_RECORD
    for path in sorted(folder.glob("samples-*.png")):
        with expect_form(path, "a picture", remake=advise(path)), Image.open(path) as picture:
            has_images = tracks.load(track).page().form == "images"
            if has_images and picture.width <= COLUMNS * WIDTH:
                limit = SMALL_RECORD
    check_total(folder, limit)


def check_total(folder: Path, limit: int) -> None:
    """Exit with one line if the files of a folder are too large, the film left out."""
    files = [path for path in folder.glob("*") if path.name != FILM]
    if (size := count_bytes(files)) > limit:
        largest = max(files, key=lambda path: path.stat().st_size)
        stop(
            f"{folder}: expected at most {limit:,} bytes, got {size:,}; make {largest.name} smaller"
        )


def check_film(folder: Path, row: str, listed: Iterable[str]) -> None:
    """Exit with one line if a record has a film that is too large, or that nobody asked for.

    Args:
        folder: of the record.
        row: such as ring8-dcgan.
        listed: the rows whose film is recorded.
    """
    path = folder / FILM
    if not path.is_file():
        return
    if row not in listed:
        stop(
            f"{path}: expected films of rows in films: of params.yaml only, got one of {row}; add"
            " the row there, or delete the file"
        )
    if (size := path.stat().st_size) > FILM_LIMIT:
        stop(f"{path}: expected at most {FILM_LIMIT:,} bytes, got {size:,}; make it smaller")


def count_bytes(paths: Iterable[Path]) -> int:
    """Count the bytes of files; folders are left out."""
    return sum(path.stat().st_size for path in paths if path.is_file())
