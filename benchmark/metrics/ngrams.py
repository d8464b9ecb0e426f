"""Counts of n-grams, for the metrics of text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Text:
    """Sentences as rows of tokens.

    Attributes:
        tokens: int64 ``(n, length)``, at least 0.
        lengths: number of tokens in each row that belong to its sentence, ``(n,)``.

    Raises:
        ValueError: the shapes do not fit, or a length is below 0 or above that of the rows.
    """

    tokens: np.ndarray
    lengths: np.ndarray

    def __post_init__(self) -> None:
        shape = self.tokens.shape
        if len(shape) != 2 or self.lengths.shape != shape[:1]:
            raise ValueError(
                "expected tokens of shape (n, length) and lengths of shape (n,), got"
                f" {shape} and {self.lengths.shape}"
            )
        if len(self) and not 0 <= self.lengths.min() <= self.lengths.max() <= shape[1]:
            raise ValueError(
                f"expected lengths of 0 to {shape[1]}, got {self.lengths.min()} to"
                f" {self.lengths.max()}"
            )

    def __len__(self) -> int:
        return len(self.tokens)


def check_not_empty(metric: str, *texts: Text) -> None:
    """Raise ValueError unless each text has a sentence; ``metric`` begins the message."""
    counts = [len(text) for text in texts]
    if not all(counts):
        raise ValueError(
            f"{metric}: expected at least 1 sentence in each text, got"
            f" {' and '.join(map(str, counts))}"
        )


@dataclass(frozen=True)
class NgramCounts:
    """Counts of each n-gram in each sentence that contains it, in three columns ``(k,)``.

    Attributes:
        sentence: index of the sentence in the text.
        gram: number of the n-gram, below ``vocabulary``.
        count: at least 1.
        vocabulary: number of different n-grams in all texts that were numbered together.
    """

    sentence: np.ndarray
    gram: np.ndarray
    count: np.ndarray
    vocabulary: int

    def total(self) -> np.ndarray:
        """Count how often each n-gram occurs in the text, ``(vocabulary,)``."""
        return np.bincount(self.gram, weights=self.count, minlength=self.vocabulary)


def count_ngrams(texts: Sequence[Text], max_n: int) -> list[list[NgramCounts]]:
    """Count the n-grams of texts for n = 1 to ``max_n``, with the same numbers in all texts.

    Args:
        texts: with rows of one length.
        max_n: the largest n; rows may be shorter.

    Returns:
        For each n in turn, the counts of each text.

    Raises:
        ValueError: the rows differ in length.
    """
    lengths_of_rows = sorted({text.tokens.shape[1] for text in texts})
    if len(lengths_of_rows) != 1:
        raise ValueError(f"expected texts with rows of one length, got {lengths_of_rows}")
    tokens = np.concatenate([text.tokens for text in texts])
    lengths = np.concatenate([text.lengths for text in texts])
    starts = np.cumsum([0, *(len(text) for text in texts)])
    base = int(tokens.max(initial=0)) + 1
    numbers: np.ndarray = tokens
    counts: list[list[NgramCounts]] = []
    width = tokens.shape[1]
    for n in range(1, max_n + 1):
        if n > width:
            empty = np.zeros(0, dtype=np.int64)
            counts.append([NgramCounts(empty, empty, empty, 0)] * len(texts))
            continue
        if n > 1:
            numbers = numbers[:, :-1] * base + tokens[:, n - 1 :]
        # renumber for each n: otherwise the numbers of long n-grams overflow
        different, inverse = np.unique(numbers, return_inverse=True)
        numbers = inverse.reshape(numbers.shape)
        is_inside = np.arange(width - n + 1) + n <= lengths[:, None]
        rows = np.arange(len(tokens)).repeat(is_inside.sum(axis=1))
        pairs, count = np.unique(rows * len(different) + numbers[is_inside], return_counts=True)
        sentence, gram = pairs // len(different), pairs % len(different)
        cuts = np.searchsorted(sentence, starts)
        counts.append(
            [
                NgramCounts(
                    sentence[low:high] - start, gram[low:high], count[low:high], len(different)
                )
                for low, high, start in zip(cuts, cuts[1:], starts, strict=False)
            ]
        )
    return counts
