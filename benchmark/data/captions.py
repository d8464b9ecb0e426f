"""Captions as rows of indices in a vocabulary, where 0 is padding."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def split_words(caption: str) -> list[str]:
    """Split a caption into its words, in lower case, without punctuation."""
    return WORD.findall(caption.lower())


def build_vocabulary(captions: Iterable[str]) -> np.ndarray:
    """Collect the words of captions, sorted, after the empty word for padding, ``(words,)``."""
    return np.array(["", *sorted({word for caption in captions for word in split_words(caption)})])


def encode_captions(
    captions: Sequence[str], vocabulary: Iterable[str], length: int | None = None
) -> np.ndarray:
    """Encode captions as indices in a vocabulary, int64 ``(n, length)``, without other words.

    Args:
        captions: as text.
        vocabulary: see `build_vocabulary`.
        length: maximum number of words; longer captions are truncated. None for the longest.
    """
    indices = {word: index for index, word in enumerate(vocabulary)}
    rows = [[indices[word] for word in split_words(text) if word in indices] for text in captions]
    tokens = np.zeros((len(rows), length or max(map(len, rows), default=0)), dtype=np.int64)
    for row, encoded in zip(tokens, rows, strict=True):
        row[: len(encoded)] = encoded[: len(row)]
    return tokens


def decode_captions(tokens: np.ndarray, vocabulary: Sequence[str] | np.ndarray) -> list[str]:
    """Decode tokens ``(n, length)`` to captions in lower case, without punctuation."""
    return [" ".join(str(vocabulary[index]) for index in row if index) for row in tokens]
