"""Seeds of independent random streams, all derived from the seed of a run."""

import hashlib


def stream(seed: int, name: str) -> int:
    """Derive the seed of a named stream of random numbers, 0 to 2^63 - 1.

    Streams of different names are independent: more draws from one stream, such as samples for
    scores, leave the others unchanged, such as the noise of training and the order of the data.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big") >> 1
