"""Digests of files."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """Compute the SHA-256 of the bytes of a file, as sha256sum prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_folder(folder: Path) -> str:
    """Compute one SHA-256 of the names and contents of the files of a folder."""
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{sha256(file)}\0".encode())
    return digest.hexdigest()
