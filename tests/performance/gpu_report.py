"""The report of the checks on a GPU: a JSON file that is complete after every measurement."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOT_REACHED = "not reached"
Items = dict[str, Callable[[], dict[str, Any]]]  # what a section measures, by name


class OutOfTime(BaseException):
    """The budget of a section is spent; no handler of other errors catches it."""


@contextmanager
def limit_seconds(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block after so many seconds."""

    def stop_block(*_: object) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, stop_block)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def describe_error(error: Exception) -> str:
    """Return the type of an error and the first line of its text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__


class Report:
    """Facts and sections, written after every change.

    Args:
        path: of the JSON file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: dict[str, Any] = {"sections": {}}
        path.parent.mkdir(parents=True, exist_ok=True)

    def add_facts(self, **facts: Any) -> None:
        """Add facts about the whole report."""
        self.content = facts | self.content
        self.write()

    def write(self) -> None:
        """Replace the file by the current content."""
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self.content, indent=1) + "\n")
        temporary.replace(self.path)

    def run_section(
        self, name: str, items: Items, *, seconds: float, finish: Callable[[], dict[str, Any]]
    ) -> None:
        """Measure the items of a section in turn, until its budget is spent.

        Args:
            name: of the section.
            items: functions that measure; an error of one is recorded, and the next one runs.
            seconds: budget of the section.
            finish: returns more facts at the end of the section.
        """
        started = time.monotonic()
        section: dict[str, Any] = {"status": NOT_REACHED, "budget_seconds": seconds}
        section["items"] = {item: {"status": NOT_REACHED} for item in items}
        self.content["sections"][name] = section
        self.write()
        try:
            with limit_seconds(seconds):
                for item, measure in items.items():
                    section["items"][item] = run_item(measure)
                    self.write()
                    print(f"{name}: {item}: {describe_item(section['items'][item])}", flush=True)
            section["status"] = "complete"
        except OutOfTime:
            print(f"{name}: stopped after {seconds} seconds", flush=True)
        section |= {"seconds": round(time.monotonic() - started, 1), **finish()}
        self.write()

    def list_failures(self) -> list[str]:
        """List the comparisons of bits that failed, or that raised an error."""
        return [
            f"{name}: {item}"
            for name, section in self.content["sections"].items()
            for item, facts in section["items"].items()
            if facts.get("equal") is False or ("bits" in name and "error" in facts)
        ]

    def print_table(self) -> None:
        """Print one line for each item, and the failures on stderr."""
        for name, section in self.content["sections"].items():
            print(f"\n{name}: {section['status']}, {section.get('seconds', 0)} s")
            width = max(map(len, section["items"]))
            for item, facts in section["items"].items():
                print(f"  {item:{width}}  {describe_item(facts)}")
        print(f"\nwritten to {self.path}")
        for failure in self.list_failures():
            print(f"{failure}: expected equal bits, got others", file=sys.stderr)


def run_item(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Measure one item; return its facts, or its error, and the seconds that it took."""
    started = time.monotonic()
    try:
        facts = measure()
    except Exception as error:  # any: the other items are still worth measuring
        facts = {"error": describe_error(error)}
    return facts | {"seconds": round(time.monotonic() - started, 2)}


def describe_item(facts: dict[str, Any]) -> str:
    """Describe the facts of an item in one line, without hashes."""
    parts = []
    for key, value in facts.items():
        if key in ("sha256", "losses"):
            continue
        if isinstance(value, dict):
            value = ", ".join(
                f"{name} {part['ratio']}x" if isinstance(part, dict) else f"{name} {part}"
                for name, part in value.items()
            )
        parts.append(f"{key} {value}")
    return "; ".join(parts)
