"""One seed governs a run, in separate named streams."""

import hashlib


def stream(seed: int, name: str) -> int:
    """The seed of a named stream of random numbers, 0 to 2^63 - 1.

    Streams of different names share nothing, so drawing more from one (samples for scores, say)
    leaves the others (the noise of training, the order of the data) as they were.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big") >> 1
