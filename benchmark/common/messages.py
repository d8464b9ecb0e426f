"""Messages to the user: one clear line, and no traceback for a mistake in the input."""

import difflib
import sys
from collections.abc import Iterable
from typing import NoReturn


def stop(*lines: str, status: int = 1) -> NoReturn:
    """Print lines to stderr and end the program without a traceback."""
    print(*lines, sep="\n", file=sys.stderr)
    raise SystemExit(status)


def nearest(word: str, names: Iterable[str]) -> str:
    """Suggest the name most similar to a misspelt word, or list all names if none is similar."""
    names = list(dict.fromkeys(names))
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names) or 'none'}"


def quote_empty(text: str) -> str:
    """Return a text as a message shows it: an empty one in quotes."""
    return text if text.strip() else f'"{text}"'


def summarise_error(error: Exception) -> str:
    """Return the first line of an error, or its type."""
    if isinstance(error, KeyError):  # whose text is in quotes
        return str(error.args[0]) if error.args else "KeyError"
    return (str(error).splitlines() or [type(error).__name__])[0]
