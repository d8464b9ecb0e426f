"""Find values of params.yaml that only YAML can write, such as dates, sets and infinite numbers."""

import json
import math
from typing import Any

MAX_DEPTH = 20  # levels of blocks and lists; an anchor that contains itself has any number
MAX_VALUES = 100_000  # of the file; anchors within anchors can stand for many more
MAX_WHOLE = 2**63  # the whole numbers of NumPy and torch are below
SHOWN = 100  # characters of a value in a message


def find_foreign_values(raw: Any) -> list[str]:
    """Find keys that are not text, and values without a counterpart in JSON, one line each.

    Args:
        raw: the content of a YAML file.
    """
    problems: list[str] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), raw)]
    count = 0
    while waiting:
        path, value = waiting.pop()
        place, count = ".".join(path), count + 1
        if len(path) > MAX_DEPTH or count > MAX_VALUES:
            return [
                f"{place}: expected at most {MAX_DEPTH} levels and {MAX_VALUES} values, got more;"
                " remove the alias of an anchor"
            ]
        if isinstance(value, dict):
            strange = [key for key in value if not isinstance(key, str)]
            problems += [
                f"{'.'.join((*path, str(key)))}: expected text as a key, got {show_value(key)};"
                ' put it in quotes, "..."'
                for key in strange
            ]
            items = [(key, item) for key, item in value.items() if isinstance(key, str)]
            waiting += [((*path, key), item) for key, item in reversed(items)]
        elif isinstance(value, list):
            numbered = [(str(number), item) for number, item in enumerate(value)]
            waiting += [((*path, number), item) for number, item in reversed(numbered)]
        elif isinstance(value, float) and not math.isfinite(value):
            problems.append(
                f"{place}: expected a finite number, got {show_value(value)}; change the value"
            )
        elif isinstance(value, int) and abs(value) >= MAX_WHOLE:
            problems.append(
                f"{place}: expected a whole number below 2^63, got {show_value(value)}; change the"
                " value"
            )
        elif not isinstance(value, str | int | float | None):
            problems.append(
                f"{place}: expected text, a number, a list or a block, got {show_value(value)},"
                f" a {type(value).__name__}; put text in quotes"
            )
    return problems


def show_value(value: Any) -> str:
    """Show a value in a message on one line, as JSON and not too long."""
    text = json.dumps(value, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
