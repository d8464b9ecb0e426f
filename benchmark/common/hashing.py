"""Digests of files."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """Compute the SHA-256 of the bytes of a file, as sha256sum prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
