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

from benchmark.common.files import expect_form, parse_json
from benchmark.common.messages import stop
from benchmark.config import FILE, Params
from benchmark.records.check_reference_rows import check_reference_rows
from benchmark.records.check_rows import list_checks
from benchmark.records.limits import TOTAL, count_bytes
from benchmark.records.schema import (
    REFERENCE_ROWS,
    RESULTS,
    Record,
    advise,
    advise_record,
    read_record,
)

IGNORED = ("drawn", "pages")  # folders of results/ that git ignores
REST = re.compile(r"\.(\w+)\.(?:new|old)")  # of `replace_folder`
FACTS = ("record.json", "evaluation.json")
TEXTS = (".csv", ".js", ".json", ".txt")
ABSOLUTE = re.compile(r"(?<![\w.~/])/(?:home|mnt|root|tmp|Users|work)/|\b[A-Z]:\\[\\\w]")
HOST = re.compile(r"\b[\w-]+\.(?:corp|home|internal|lan|local|localdomain)\b")


def check_records(params: Params) -> int:
    """Exit with one line for each mistake in the records and in those of reference rows.

    Returns:
        The number of records of rows.
    """
    listed = RESULTS.glob("*/*/*")
    folders = {path for path in listed if path.is_dir() and path.parts[1] not in IGNORED}
    records = {path for path in folders if path.name != REFERENCE_ROWS}
    needed = {path.with_name(REFERENCE_ROWS) for path in records if has_dataset(path, params)}
    lines = []
    for folder in sorted(folders | needed):
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
    return len(records)


def has_dataset(folder: Path, params: Params) -> bool:
    """Whether the parameters have the track and the data set of a folder."""
    track, dataset = folder.parts[-3:-1]
    return params.datasets.get(dataset) == track


def list_mistakes(folder: Path, params: Params) -> list[str]:
    """List the mistakes in a record, or in that of reference rows, each in one line.

    Args:
        folder: such as results/images/digits/dcgan.
        params: the parameters.
    """
    track, dataset, variant = folder.parts[-3:]
    row = f"{dataset}-{variant}"
    if rest := REST.fullmatch(variant):
        remake = advise_record(folder.with_name(rest[1]))
        return [f"{folder}: expected whole records, got the rest of an interrupted one; {remake}"]
    is_reference = variant == REFERENCE_ROWS
    if not has_dataset(folder, params) or not (is_reference or row in params.rows):
        return [
            f"{folder}: expected track, data set and variant of a row of {FILE}, got others; add"
            " the row, or delete the folder"
        ]
    lines = [line for path in sorted(folder.glob("*")) for line in check_text(path)]
    for path in sorted(folder.glob("*.json")):
        lines += collect_lines(partial(check_numbers, path))
    if lines:
        return lines
    if is_reference:
        return collect_lines(partial(check_reference_rows, folder, track))
    record: list[Record] = []
    lines = collect_lines(lambda: record.append(read_record(params.rows[row][0])))
    for check in list_checks(record[0], params) if record else []:
        lines += collect_lines(check)
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


def check_numbers(path: Path) -> None:
    """Exit with one line if a JSON file is damaged, or has a number that is not finite."""
    with expect_form(path, "JSON with finite numbers", remake=advise(path)):
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
