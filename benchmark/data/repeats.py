"""Find pictures that are both trained on and held out, by their pixels."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmark.common.messages import stop

Pictures = tuple[Sequence[Path], Sequence[bytes]]  # files, and the digest of each


def digest_pixels(*arrays: np.ndarray) -> bytes:
    """Compute the SHA-256 of the shapes and values of arrays."""
    digest = sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}".encode() + np.ascontiguousarray(array).data)
    return digest.digest()


def check_repeats(train: Pictures, test: Pictures, *, is_published: bool = False) -> None:
    """Exit with one line if pictures to train on are held out too.

    Args:
        train, test: pictures to train on, and held-out ones.
        is_published: whether others defined the splits; these are kept, and the line is a note.
    """
    trained = dict(zip(train[1], train[0], strict=True))
    repeats = [
        (trained[digest], file) for file, digest in zip(*test, strict=True) if digest in trained
    ]
    if not repeats:
        return
    one, other = repeats[0]
    more = f", and {len(repeats) - 1} more of this kind" if len(repeats) > 1 else ""
    reason = f"expected no picture to train on among those held out, got the pixels of {one}{more}"
    if not is_published:
        stop(f"{other}: {reason}; remove one of the two")
    print(f"note: {other}: {reason}; the published splits are kept")
