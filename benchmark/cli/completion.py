"""Complete the names of tracks, data sets, variants and rows in a shell.

The names come from rows.yaml, because `benchmark.config` takes seconds to import.
"""

from pathlib import Path

ROWS = Path("rows.yaml")


def read_rows() -> list[dict[str, str]]:
    """Read the rows: name, track, dataset and variant; none if the file cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        rows = YAML(typ="safe").load(ROWS.read_text(encoding="utf-8"))["rows"]
        return [{"name": name, **row} for name, row in rows.items()]
    except (OSError, UnicodeDecodeError, YAMLError, LookupError, TypeError, AttributeError):
        return []


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
