"""Read files; a missing or damaged file exits with one line that names it."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np

from benchmark.common.messages import stop, summarise_error
from benchmark.common.paths import advise, describe

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor

Kind = Any  # a type or a union of types, or a dictionary: key -> kind
SHOWN = 60  # characters of a value in a message
MAX_DEPTH = 20  # levels of blocks and lists in a YAML file
REMAKE = "run make repro"  # the default advice: most files are outputs of the pipeline


@contextmanager
def expect_form(path: Path, form: str, *, remake: str = REMAKE) -> Iterator[None]:
    """Exit with one line if the block cannot read a file.

    Args:
        path: the file that the block reads.
        form: the expected content, with its article if any.
        remake: advice that makes the file again.
    """
    try:
        yield
    except FileNotFoundError:
        stop(f"{path}: expected {form}, got no file; {remake}")
    except OSError as error:
        advice = advise(error, remake)
        stop(
            f"{path}: expected {form}, got a file that cannot be read ({describe(error)}); {advice}"
        )
    except Exception as error:  # each library raises other kinds, all about the file
        reason = summarise_error(error).rstrip(":.")
        stop(f"{path}: expected {form}, got a damaged file ({reason}); delete it and {remake}")


def parse_json(path: Path) -> Any:
    """Parse a JSON file in UTF-8, with or without a byte-order mark.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not JSON in UTF-8.
    """
    return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=refuse_constant)


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python writes but JSON does not have.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is not JSON")


def read_json(path: Path, **kinds: Kind) -> Any:
    """Read a JSON file; exit with one line if it is damaged, or lacks a key or a kind of value.

    Args:
        path: of the file.
        kinds: of the values of keys that the file has: a type, or the kinds of a block.
    """
    with expect_form(path, "JSON"):
        content = parse_json(path)
        check_kinds(content, kinds)
    return content


def check_kinds(content: Any, kinds: dict[str, Kind], place: str = "") -> None:
    """Check the kinds of the values of a block; ``place`` stands before its keys in messages.

    Raises:
        KeyError, TypeError: a key is missing, or a value is of another kind.
    """
    if kinds and not isinstance(content, dict):
        raise TypeError(f"{place.rstrip('.') or 'the file'} has no keys")
    for key, kind in kinds.items():
        if key not in content:
            raise KeyError(f"no {place}{key}")
        value = content[key]
        if isinstance(kind, dict):
            check_kinds(value, kind, f"{place}{key}.")
        elif not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{place}{key} is {json.dumps(value)[:SHOWN]}")


def read_rows(path: Path, *columns: str, remake: str = REMAKE) -> list[list[str]]:
    """Read the rows of a CSV file, the header first; exit with one line if it is damaged.

    Args:
        path: every line of the file ends with a newline: another file was cut off.
        columns: names that the header contains.
        remake: advice that makes the file again.
    """
    form = "a table of CSV"
    with expect_form(path, form, remake=remake):
        text = path.read_text(encoding="utf-8")
        if not text.endswith("\n"):
            raise ValueError("its last line is cut off" if text else "it is empty")
        rows = list(csv.reader(StringIO(text, newline="")))
        if missing := [column for column in columns if column not in rows[0]]:
            raise ValueError(f"no column {', '.join(missing)}")
        for number, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                raise ValueError(f"line {number} has {len(row)} values in place of {len(rows[0])}")
    return rows


def read_table(
    path: Path, *columns: str, remake: str = REMAKE, index: str | None = None
) -> "pd.DataFrame":
    """Read a CSV file as a table; exits like `read_rows`.

    Args:
        path, columns, remake: as of `read_rows`.
        index: the column that becomes the index.
    """
    import pandas as pd  # imported late: it takes long

    read_rows(path, *columns, *([index] if index else []), remake=remake)
    with expect_form(path, "a table of CSV", remake=remake):
        return pd.read_csv(path, index_col=index)


def read_arrays(path: Path, *names: str) -> dict[str, np.ndarray]:
    """Read arrays of an .npz file, by default all; exit with one line if it is damaged."""
    with expect_form(path, "arrays of NumPy"), np.load(path) as file:
        return {name: file[name] for name in names or file.files}


def read_array(
    path: Path, *, mmap_mode: Literal["r", "c"] | None = None, remake: str = REMAKE
) -> np.ndarray:
    """Read or map an .npy file; exit with one line if it is damaged."""
    with expect_form(path, "an array of NumPy", remake=remake):
        return np.load(path, mmap_mode=mmap_mode)


def read_tensors(path: Path) -> dict[str, "Tensor"]:
    """Read the tensors of a safetensors file; exit with one line if it is damaged."""
    from safetensors.torch import load_file  # imported late: it imports torch

    with expect_form(path, "tensors"):
        return load_file(path)


def read_yaml(path: Path) -> Any:
    """Read a YAML file of the repository; exit with one line at its first mistake."""
    from ruamel.yaml import YAML  # imported late: no other reader needs it
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = read_utf8(path)
    try:
        check_depth(path, YAML(typ="safe").parse(text))
        return YAML(typ="safe").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = f"{path}: line {mark.line + 1}" if mark else str(path)
        problem = error.problem if isinstance(error, MarkedYAMLError) else None
        problem = " ".join(str(problem or error).split())
        key = re.match('found duplicate key "(.*?)"', problem)
        if isinstance(error, DuplicateKeyError) and key:
            stop(f"{place}: expected each key once, got {key[1]} twice; remove one")
        stop(f"{place}: expected YAML, got an error ({problem}); correct it")
    except Exception as error:  # such as a date of month 13, or a number with too many digits
        stop(f"{path}: expected YAML, got an error ({summarise_error(error)}); correct it")


def check_depth(path: Path, events: Iterable[Any]) -> None:
    """Exit with one line if blocks or lists of YAML are nested too deeply to be built.

    Args:
        path: the file.
        events: of its parser, which does not nest.
    """
    depth = 0
    for event in events:
        depth += type(event).__name__.endswith(("SequenceStartEvent", "MappingStartEvent"))
        depth -= type(event).__name__.endswith(("SequenceEndEvent", "MappingEndEvent"))
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1
            stop(
                f"{path}: line {line}: expected at most {MAX_DEPTH} levels, got more; correct the"
                " brackets"
            )


def read_utf8(path: Path) -> str:
    """Read a text file of the repository in UTF-8, with or without a byte-order mark.

    Exits with one line if it is missing or has another encoding.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        stop(f"{path}: expected a file, got none; run in the root of the repository")
    except OSError as error:
        advice = advise(error, "correct it")
        stop(f"{path}: expected a file, got an error ({describe(error)}); {advice}")
    try:
        text, bad = content.decode("utf-8-sig"), content.find(b"\0")
    except UnicodeDecodeError as error:
        text, bad = "", error.start
    if bad >= 0:
        line = content.count(b"\n", 0, bad) + 1
        stop(
            f"{path}: line {line}: expected text in UTF-8, got another encoding; save the file as"
            " UTF-8"
        )
    return text
