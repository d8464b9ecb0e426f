"""The fingerprint of a row: one sum of the code and the settings that it was made with."""

import hashlib
from pathlib import Path
from typing import Any

from benchmark.common.files import read_json

RECIPES = Path("recipes")  # which the stage `recipes` writes
STAGES = ("train", "evaluate")


def fingerprint_row(row: str) -> str | None:
    """Compute the SHA-256 of the recipes of a row such as digits-dcgan; None without recipes."""
    digest = hashlib.sha256()
    for stage in STAGES:
        path = RECIPES / stage / f"{row}.json"
        if not path.is_file():
            return None
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_settings(row: str) -> dict[str, Any] | None:
    """Read the settings that a row is trained with, without its seeds; None without a recipe."""
    path = RECIPES / "train" / f"{row}.json"
    if not path.is_file():
        return None
    settings = read_json(path, settings=dict)["settings"]
    return {key: value for key, value in settings.items() if key != "seeds"}
