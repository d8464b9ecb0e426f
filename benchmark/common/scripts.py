"""Data as scripts that call a function, so that pages read them without a server."""

import json
from pathlib import Path
from typing import Any

from benchmark.common.paths import make_folder
from benchmark.common.writing import write_text


def write_script(target: Path, function: str, *arguments: Any) -> None:
    """Write an ASCII script that calls ``function(argument, ...)`` when a page loads it.

    Args:
        target: the file; its folder is created.
        function: name of the JavaScript function.
        arguments: values that JSON can represent; numbers are finite.

    Raises:
        ValueError: a number is NaN or infinite.
        TypeError: JSON cannot represent a value.
    """
    values = [json.dumps(item, separators=(",", ":"), allow_nan=False) for item in arguments]
    make_folder(target.parent)
    write_text(target, f"{function}({','.join(values)})\n")
