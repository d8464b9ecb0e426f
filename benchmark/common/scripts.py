"""Data as a script that calls a function, so that a page can take it in without a server."""

import json
from pathlib import Path
from typing import Any


def say(target: Path, function: str, *arguments: Any) -> None:
    """Write a script of ASCII that says ``function(argument, ...)`` once it is loaded.

    Args:
        target: the file; its folder is made.
        function: its name.
        arguments: what JSON can say; numbers are finite.
    """
    said = [json.dumps(item, separators=(",", ":"), allow_nan=False) for item in arguments]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{function}({','.join(said)})\n", encoding="ascii", newline="\n")
