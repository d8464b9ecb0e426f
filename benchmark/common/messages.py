"""How the pipeline speaks to its user: one clear line, no traceback for a mistake of theirs."""

import difflib
import sys
from collections.abc import Iterable
from typing import NoReturn


def stop(*lines: str, status: int = 1) -> NoReturn:
    """End the program as for a user's mistake: the lines on stderr, no traceback."""
    print(*lines, sep="\n", file=sys.stderr)
    raise SystemExit(status)


def nearest(word: str, known: Iterable[str]) -> str:
    """«did you mean ...?» where something known is close, else all that is known."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(known) or 'none'}"
