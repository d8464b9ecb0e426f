"""Fetch published weights: `gan-benchmark fetch digits-dcgan --from https://example.org/weights`.

DVC downloads index.json and the files of a row, as `dvc get-url` does, to a temporary folder. They
move to fetched/ once their digests are right and the weights fit the code of this clone.
"""

import shutil
import tempfile
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

import gans
from benchmark import tracks
from benchmark.common.files import parse_json, read_json, read_tensors
from benchmark.common.hashing import sha256
from benchmark.common.messages import nearest, quote_empty, stop, summarise_error
from benchmark.common.paths import make_folder
from benchmark.config import Run
from benchmark.data.sizes import FOLDER
from benchmark.evaluation.fetched import FETCHED, WEIGHTS
from benchmark.pipeline.published import (
    INDEX,
    TRAINING,
    PublishedFile,
    PublishedIndex,
    PublishedRow,
    read_recorded_sum,
)
from benchmark.training.weights import read_card
from gans.common.captions import TextToImage
from gans.common.variant import Variant

VARIABLE = "GAN_BENCHMARK_WEIGHTS"  # of the environment: the address of published weights
ADDRESS = "the address is that of the folder weights/ that gan-benchmark publish writes"
AGAIN = "run again later, or ask the publisher to publish again"


def fetch_rows(rows: Collection[str], address: str | None) -> None:
    """Fetch the weights of rows to fetched/, unless they are there already.

    Exits with one line if a row is not published, or a file is missing, altered or cut off.

    Args:
        rows: names of rows, such as digits-dcgan.
        address: of the published folder, a URL that DVC can download from.
    """
    if not address:
        stop(
            f"--from: expected the address of published weights, got none; add it or set"
            f" {VARIABLE}, or train the weights with make repro ROWS={next(iter(rows))}"
        )
    address = address.rstrip("/")
    make_folder(FETCHED)
    with tempfile.TemporaryDirectory(dir=FETCHED, prefix=".") as name:
        folder = Path(name)
        index = download_index(address, folder / INDEX)
        for row in rows:
            check_published(row, index, address)
        for row in dict.fromkeys(rows):
            fetch_row(index.rows[row], address, folder)


def download(name: str, url: str, path: Path, *, advice: str) -> None:
    """Download a file with DVC; exit with one line that begins with its name if that fails."""
    from dvc.exceptions import URLMissingError  # imported late: DVC takes a third of a second
    from dvc.repo import Repo

    try:
        Repo.get_url(url, str(path))
    except URLMissingError:  # DVC does not tell these apart
        stop(f"{name}: expected a file at {url}, got none, or no answer; {advice}")
    except Exception as error:  # of DVC, fsspec, aiohttp or the system
        reason = summarise_error(error)
        stop(f"{name}: expected a file at {url}, got an error ({reason}); {advice}")


def download_index(address: str, path: Path) -> PublishedIndex:
    """Download index.json to a path and read it; exit with one line if that fails."""
    url = f"{address}/{INDEX}"
    download(INDEX, url, path, advice=f"check network and address: {ADDRESS}")
    try:
        return PublishedIndex.model_validate(parse_json(path))
    except ValidationError as error:
        mistake = error.errors()[0]
        place = ".".join(map(str, mistake["loc"]))
        reason = f"{place}: {mistake['msg']}"
    except (ValueError, RecursionError) as error:
        reason = summarise_error(error)
    stop(f"{url}: expected an index of weights, got another file ({reason}); {AGAIN}")


def check_published(row: str, index: PublishedIndex, address: str) -> None:
    """Exit with one line that suggests a row if a row is not published."""
    names = list(index.rows)
    if row in names:
        return
    hint = nearest(row, names)
    if len(names) > 1 and not get_close_matches(row, names):  # too many to list
        hint = f"there are {len(names)}, such as {names[0]}"
    stop(f"{quote_empty(row)}: expected a row of {address}, got no such name; {hint}")


def fetch_row(entry: PublishedRow, address: str, folder: Path) -> None:
    """Fetch the weights of a row, unless the files that are there have the published digests.

    Args:
        entry: of the row in the index.
        address: of the published folder.
        folder: a temporary folder below fetched/.
    """
    made_here = entry.run
    run = replace(made_here, root=FETCHED)
    check_record(run, entry.files[WEIGHTS])
    if all(is_equal(run.trained / name, file) for name, file in entry.files.items()):
        print(f"{run.row}: already in {run.folder}")
        return
    temporary = replace(run, root=folder)
    make_folder(temporary.trained)
    for name, file in entry.files.items():
        url = f"{address}/{file.address}"
        fetch_file(f"{run.row}: {name}", file, url, temporary.trained / name)
    variant = load_variant(entry, temporary.trained / WEIGHTS)
    write_playground(variant, temporary)
    make_folder(run.folder.parent)
    shutil.rmtree(run.folder, ignore_errors=True)
    temporary.folder.replace(run.folder)
    size = sum(file.size for file in entry.files.values())
    commit = (entry.commit or "unknown")[:12]
    print(f"{run.row}: {size / 1e6:.1f} MB in {run.folder}, trained at commit {commit}")
    if (made_here.trained / WEIGHTS).is_file():
        print(f"{run.row}: sample and apply use {made_here.trained}, which was trained here")
    data = FOLDER / run.dataset
    if variant.condition_key == "condition" and not data.is_dir():
        condition = "captions" if isinstance(variant, TextToImage) else "images"
        prepare = f"gan-benchmark prepare {run.dataset}"
        print(f"{run.row}: sample reads held-out {condition} in {data}; run {prepare}")


def check_record(run: Run, file: PublishedFile) -> None:
    """Exit with one line if the weights of a run are not those that its record names."""
    expected = read_recorded_sum(run)
    if expected not in (None, file.sha256):
        stop(
            f"{run.row}: expected weights with the sha256 of its record, {expected}, got"
            f" {file.sha256}; git pull gets the latest records, else ask the publisher to publish"
            " again"
        )


def is_equal(path: Path, file: PublishedFile) -> bool:
    """Whether a path has the bytes of a published file."""
    return path.is_file() and path.stat().st_size == file.size and sha256(path) == file.sha256


def fetch_file(name: str, file: PublishedFile, url: str, path: Path) -> None:
    """Download a file to a path; exit with one line if its digest is another than in the index.

    Args:
        name: of row and file, for that line.
        file: size and digest.
        url, path: where it comes from and goes to.
    """
    download(name, url, path, advice=AGAIN)
    if not is_equal(path, file):
        expected = f"{file.size} bytes with sha256 {file.sha256}"
        got = f"{path.stat().st_size} with {sha256(path)}"
        stop(f"{name}: expected {expected} at {url}, got {got}; {AGAIN}")


def load_variant(entry: PublishedRow, path: Path) -> Variant:
    """Load a published variant; exit with one line if the weights do not fit the code here."""
    run, card = entry.run, read_card(path)
    if {key: card.get(key) for key in run.keys} != run.keys:
        stop(f"{run.row}: expected weights of {run}, got others; {AGAIN}")
    try:
        variant = gans.load(card["variant"])(tuple(card["shape"]), **card["model"])
        variant.load_state_dict(read_tensors(path))
    except Exception as error:  # other arguments, other shapes of weights, or no such variant
        advice = f"run git checkout {entry.commit or 'COMMIT'}, whose code trained them"
        if has_changes(path.with_name(TRAINING)):
            advice = "no commit has the code that trained them; ask the publisher to publish again"
        stop(
            f"{run.row}: expected weights that fit the code of this clone, got others"
            f" ({summarise_error(error).rstrip(':.')}); {advice}"
        )
    return variant.eval()


def has_changes(path: Path) -> bool:
    """Whether a training.json, which a row may lack, says that its code was not committed."""
    return path.is_file() and bool(read_json(path).get("changed_since"))


def write_playground(variant: Variant, run: Run) -> None:
    """Write the data of the page Play, where weights are enough to draw them."""
    track = tracks.load(run.track)
    if not track.page().has_films:  # films show snapshots, which are not published
        make_folder(run.scored)
        track.write_playground(variant, run)
