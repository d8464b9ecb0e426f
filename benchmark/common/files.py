"""Files that several packages read."""

import json
from pathlib import Path
from typing import Any


def read_json(path: Path) -> Any:
    """Parse a JSON file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not JSON in UTF-8.
    """
    return json.loads(path.read_text(encoding="utf-8"))
