"""Captions as a network reads them: a word is its place in a vocabulary, and 0 is padding."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def words(caption: str) -> list[str]:
    """The words of a caption in small letters, without what stands between them."""
    return WORD.findall(caption.lower())


def vocabulary(captions: Iterable[str]) -> np.ndarray:
    """The words of captions, sorted, behind the empty word for padding, ``(known,)``."""
    return np.array(["", *sorted({word for caption in captions for word in words(caption)})])


def tokens(captions: Sequence[str], known: Iterable[str], length: int | None = None) -> np.ndarray:
    """Captions as places in a vocabulary, int64 ``(n, length)``; words that it lacks are left out.

    Args:
        captions: as somebody wrote them.
        known: the vocabulary, see `vocabulary`.
        length: words of a caption at most, others are cut off; None for those of the longest.
    """
    places = {word: place for place, word in enumerate(known)}
    rows = [[places[word] for word in words(own) if word in places] for own in captions]
    found = np.zeros((len(rows), length or max(map(len, rows), default=0)), dtype=np.int64)
    for row, places_of in zip(found, rows, strict=True):
        row[: len(places_of)] = places_of[: len(row)]
    return found


def spoken(given: np.ndarray, known: Sequence[str] | np.ndarray) -> list[str]:
    """Tokens ``(n, words)`` as captions again, but for what stood between the words."""
    return [" ".join(str(known[place]) for place in row if place) for row in given]
