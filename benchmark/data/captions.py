"""Captions as rows of indices in a vocabulary, where 0 is padding.

Words are in Unicode's form NFC, so that a letter with an accent is the same however it was typed.
"""

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import regex

# scripts that write no spaces between words: each of their characters is a word
UNSPACED = "".join(
    rf"\p{{{name}}}"
    for name in ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
)
# a letter or a digit, then also combining marks and the (zero-width) joiners of Hindi and Persian
_START = rf"[[\p{{L}}\p{{N}}]--[{UNSPACED}]]"
_PART = rf"{_START}[[\p{{L}}\p{{N}}\p{{M}}\u200c\u200d]--[{UNSPACED}]]*"
WORD = regex.compile(rf"(?=[{UNSPACED}])\X|{_PART}(?:['\u2019-]{_PART})*", regex.VERSION1)


def split_words(caption: str) -> list[str]:
    """Split a caption into its words, in lower case, without punctuation.

    Text without spaces between words, such as Chinese, is split into characters.
    """
    return WORD.findall(unicodedata.normalize("NFC", caption.lower()))


def split_characters(text: str) -> list[str]:
    """Split a text into what readers call characters: letters with their combining marks."""
    return regex.findall(r"\X", unicodedata.normalize("NFC", text))


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
