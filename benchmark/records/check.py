"""Check the records in results/, and report each mistake in one line: `gan-benchmark check`."""

import math
import platform
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmark import tracks
from benchmark.common.files import expect_form, parse_json, read_table
from benchmark.common.messages import stop
from benchmark.config import FILE, Params, Run
from benchmark.records.outputs import check_scores
from benchmark.records.restore import FIRST_SEED, read_scores
from benchmark.records.schema import CURVES, REFERENCE_ROWS, RESULTS, read_record

IGNORED = ("drawn", "pages")  # folders of results/ that git ignores
FILM = "film.js"  # of rows that params.yaml lists; it counts in the total only
# bytes of a record, with samples of at most `WIDTH` pixels or others, and of results/
SMALL_RECORD, LARGE_RECORD, TOTAL = 40_000, 300_000, 20_000_000
WIDTH = 8
COLUMNS = 16  # samples in a row of a picture
FACTS = ("record.json", "evaluation.json")
TEXTS = (".csv", ".js", ".json", ".txt")
ABSOLUTE = re.compile(r"(?<![\w.~/])/(?:home|mnt|root|tmp|Users|work)/|\b[A-Z]:\\[\\\w]")
HOST = re.compile(r"\b[\w-]+\.(?:corp|home|internal|lan|local|localdomain)\b")


def check_records(params: Params) -> None:
    """Exit with one line for each mistake in the records and in those of reference rows."""
    lines = []
    for folder in sorted(RESULTS.glob("*/*/*")):
        if folder.is_dir() and folder.parts[1] not in IGNORED:
            lines += list_mistakes(folder, params)
    total = count_bytes(
        path
        for entry in RESULTS.glob("*")
        if entry.name not in IGNORED
        for path in (entry, *entry.rglob("*"))
    )
    if total > TOTAL:
        lines.append(
            f"{RESULTS}: expected at most {TOTAL:,} bytes in all, got {total:,}; make records"
            " smaller, or delete one"
        )
    if lines:
        stop(*lines)


def list_mistakes(folder: Path, params: Params) -> list[str]:
    """List the mistakes in a record, or in that of reference rows, each in one line.

    Args:
        folder: such as results/images/digits/dcgan.
        params: the parameters.
    """
    track, dataset, variant = folder.parts[-3:]
    remake = f"run gan-benchmark record {dataset}-{variant}"
    if params.datasets.get(dataset) != track or (
        variant != REFERENCE_ROWS and f"{dataset}-{variant}" not in params.rows
    ):
        return [
            f"{folder}: expected track, data set and variant of a row of {FILE}, got others; add"
            " the row, or delete the folder"
        ]
    lines = [line for path in sorted(folder.glob("*")) for line in check_text(path)]
    for path in sorted(folder.glob("*.json")):
        lines += collect_lines(partial(check_numbers, path, remake))
    if lines or variant == REFERENCE_ROWS:
        return lines
    run = Run(track, dataset, variant, 0)
    lines += collect_lines(partial(check_seeds, folder, run, remake))
    for name in CURVES:
        lines += collect_lines(partial(check_curve, folder / f"{name}.csv", remake))
    lines += collect_lines(partial(check_size, folder, track, remake))
    return lines


def collect_lines(check: Callable[[], None]) -> list[str]:
    """Call a function that exits with lines if something is wrong, and return the lines."""
    with redirect_stderr(StringIO()) as printed:
        try:
            check()
        except SystemExit:
            return printed.getvalue().splitlines()
    return []


def check_text(path: Path) -> list[str]:
    """List absolute paths and names of machines in a text file: they help nobody elsewhere."""
    if path.suffix not in TEXTS:
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    host = platform.node()
    patterns = {"no absolute path": ABSOLUTE}
    if path.name in FACTS:  # other files have generated sentences
        patterns["no name of a machine"] = HOST
    if len(host) > 3 and host not in FILE.read_text(encoding="utf-8"):  # such as "digits"
        patterns["no name of this machine"] = re.compile(rf"\b{re.escape(host)}\b")
    return [
        f"{path}: expected {expected}, got {match[0]}; take it out of {FILE}, and record the"
        " row again"
        for expected, pattern in patterns.items()
        if (match := pattern.search(text))
    ]


def check_numbers(path: Path, remake: str) -> None:
    """Exit with one line if a JSON file is damaged, or has a number that is not finite."""
    with expect_form(path, "JSON with finite numbers", remake=remake):
        for value in list_values(parse_json(path)):
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{value} is not finite")


def list_values(content: Any) -> Iterator[Any]:
    """Yield the values of nested blocks and lists."""
    if isinstance(content, dict):
        content = list(content.values())
    if not isinstance(content, list):
        yield content
        return
    for part in content:
        yield from list_values(part)


def check_seeds(folder: Path, run: Run, remake: str) -> None:
    """Exit with one line if record.json is invalid, or the other files are of other seeds."""
    seeds = [str(seed) for seed in read_record(run).seeds]
    path = folder / "scores.json"
    scores = read_scores(path)
    with expect_form(path, "a number for each metric", remake=remake):
        for values in scores.values():
            check_scores(values)
        if list(scores) != seeds:
            raise ValueError(f"its seeds are {', '.join(scores)}, not {', '.join(seeds)}")
    names = {*FIRST_SEED, *(f"{name}.csv" for name in CURVES), "record.json", "scores.json"}
    names |= {f"samples-{seed}{end}" for seed in seeds for end in (".png", ".txt", ".webp")}
    if others := [path for path in sorted(folder.glob("*")) if path.name not in names]:
        stop(f"{others[0]}: expected only files of a record, got another; delete it")


def check_curve(path: Path, remake: str) -> None:
    """Exit with one line if a table is damaged, or has cells that are no finite numbers."""
    table = read_table(path, "seed", "samples_seen", remake=remake)
    with expect_form(path, "finite numbers or empty cells", remake=remake):
        for column in table:
            if np.isinf(table[column].astype(float)).any():
                raise ValueError(f"column {column} has an infinite number")


def check_size(folder: Path, track: str, remake: str) -> None:
    """Exit with one line if the files of a record are too large, its film left out."""
    limit = LARGE_RECORD
    if tracks.load(track).page().form == "images":
        for path in sorted(folder.glob("samples-*.png"))[:1]:
            with expect_form(path, "a picture", remake=remake), Image.open(path) as picture:
                limit = SMALL_RECORD if picture.width <= COLUMNS * WIDTH else LARGE_RECORD
    size = count_bytes(path for path in folder.glob("*") if path.name != FILM)
    if size > limit:
        largest = max(folder.glob("*"), key=lambda path: path.stat().st_size * (path.name != FILM))
        stop(
            f"{folder}: expected at most {limit:,} bytes, got {size:,}; make {largest.name} smaller"
        )


def count_bytes(paths: Iterator[Path]) -> int:
    """Count the bytes of files; folders are left out."""
    return sum(path.stat().st_size for path in paths if path.is_file())
