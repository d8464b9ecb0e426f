"""Rows of tokens as sentences that can be read."""

from pathlib import Path

import numpy as np


class Lexicon:
    """What the tokens of a data set are called.

    Args:
        words: by token, ``(vocabulary,)``. If the first is empty, token 0 ends a sentence, and
            whatever follows is not read.
        between: what is written between two words.
    """

    def __init__(self, words: np.ndarray, between: str) -> None:
        self.words, self.between = [str(word) for word in words], between
        self.ends = not self.words[0]

    @classmethod
    def of(cls, dataset: str) -> "Lexicon":
        """That of a data set of text that is prepared."""
        with np.load(Path("data") / dataset / "train.npz") as file:
            return cls(file["words"], str(file["between"]))

    def lengths(self, tokens: np.ndarray) -> np.ndarray:
        """Words of each sentence of ``(n, length)``, int64 ``(n,)``."""
        if not self.ends:
            return np.full(len(tokens), tokens.shape[1])
        ended = np.concatenate([tokens == 0, np.ones((len(tokens), 1), bool)], axis=1)
        return ended.argmax(axis=1)

    def spoken(self, tokens: np.ndarray) -> list[str]:
        """Sentences ``(n, length)``, each as one line of text."""
        return [
            self.between.join(self.words[token] for token in row[:count])
            for row, count in zip(tokens.tolist(), self.lengths(tokens), strict=True)
        ]
