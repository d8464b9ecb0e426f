"""Complete the names of tracks, data sets, variants and rows in a shell.

The names are read from params.yaml without `benchmark.config`, which takes seconds to import.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

PARAMS = Path("params.yaml")


def read_rows() -> list[dict[str, str]]:
    """Read the rows: name, track, dataset and variant; none if the file cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return list(list_rows(YAML(typ="safe").load(PARAMS.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, YAMLError, LookupError, TypeError, AttributeError):
        return []


def list_rows(tree: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of params.yaml in the order of the file."""
    for track, section in tree.items():
        if "datasets" not in section:
            continue
        inherited = tree.get(section.get("variants_from"), {}).get("variants", {})
        entries = inherited | section.get("variants", {})
        variants = [name for name, entry in entries.items() if entry is not None]
        for dataset, block in section["datasets"].items():
            shown = set(block.get("only", variants)) - set(block.get("without", ()))
            for variant in filter(shown.__contains__, variants):
                row = {"track": track, "dataset": dataset, "variant": variant}
                yield {"name": f"{dataset}-{variant}", **row}


def complete(key: str, incomplete: str) -> list[str]:
    """List the values of a key of rows that start with a text, each once."""
    values = dict.fromkeys(row[key] for row in read_rows())
    return [value for value in values if value.startswith(incomplete)]


def complete_track(incomplete: str) -> list[str]:
    """List the tracks that start with a text."""
    return complete("track", incomplete)


def complete_dataset(incomplete: str) -> list[str]:
    """List the data sets that start with a text."""
    return complete("dataset", incomplete)


def complete_variant(incomplete: str) -> list[str]:
    """List the variants that start with a text."""
    return complete("variant", incomplete)


def complete_row(incomplete: str) -> list[str]:
    """List the rows that start with a text."""
    return complete("name", incomplete)
