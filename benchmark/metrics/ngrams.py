"""n-grams of sentences as numbers, which the metrics of text count."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Text:
    """Sentences as rows of tokens.

    Args:
        tokens: int64 ``(n, length)``, at least 0.
        lengths: how many of each row belong to its sentence, ``(n,)``.

    Raises:
        ValueError: the shapes do not fit, or a length is none.
    """

    tokens: np.ndarray
    lengths: np.ndarray

    def __post_init__(self) -> None:
        shape = self.tokens.shape
        if len(shape) != 2 or self.lengths.shape != shape[:1]:
            raise ValueError(f"tokens of shape {shape} and lengths of {self.lengths.shape}")
        if len(self) and not 0 <= self.lengths.min() <= self.lengths.max() <= shape[1]:
            raise ValueError(f"lengths of sentences are 0 to {shape[1]}")

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Counts:
    """How often each n-gram stands in each sentence where it does, three columns ``(k,)``.

    Args:
        sentence: place in the text.
        gram: number of the n-gram, below ``known``.
        count: at least 1.
        known: n-grams that there are in all the texts that were numbered together.
    """

    sentence: np.ndarray
    gram: np.ndarray
    count: np.ndarray
    known: int

    def total(self) -> np.ndarray:
        """How often each n-gram stands in the text, ``(known,)``."""
        return np.bincount(self.gram, weights=self.count, minlength=self.known)


def counted(texts: Sequence[Text], most: int) -> list[list[Counts]]:
    """The n-grams of texts, numbered alike, for n = 1 to ``most``.

    Args:
        texts: with rows of one length.
        most: the largest n; rows may be shorter.

    Returns:
        For each n in turn, the counts of each text.

    Raises:
        ValueError: the rows differ in length.
    """
    if len({text.tokens.shape[1] for text in texts}) != 1:
        raise ValueError("texts with rows of several lengths")
    tokens = np.concatenate([text.tokens for text in texts])
    lengths = np.concatenate([text.lengths for text in texts])
    starts = np.cumsum([0, *(len(text) for text in texts)])
    base = int(tokens.max(initial=0)) + 1
    numbers: np.ndarray = tokens
    found: list[list[Counts]] = []
    width = tokens.shape[1]
    for n in range(1, most + 1):
        if n > width:
            empty = np.zeros(0, dtype=np.int64)
            found.append([Counts(empty, empty, empty, 0)] * len(texts))
            continue
        if n > 1:
            numbers = numbers[:, :-1] * base + tokens[:, n - 1 :]
        # numbered anew each time, or those of long n-grams would overflow
        known, places = np.unique(numbers, return_inverse=True)
        numbers = places.reshape(numbers.shape)
        inside = np.arange(width - n + 1) + n <= lengths[:, None]
        rows = np.arange(len(tokens)).repeat(inside.sum(axis=1))
        pairs, count = np.unique(rows * len(known) + numbers[inside], return_counts=True)
        sentence, gram = pairs // len(known), pairs % len(known)
        cuts = np.searchsorted(sentence, starts)
        found.append(
            [
                Counts(sentence[low:high] - start, gram[low:high], count[low:high], len(known))
                for low, high, start in zip(cuts, cuts[1:], starts, strict=False)
            ]
        )
    return found
