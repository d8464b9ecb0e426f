"""Sentences as text: the words that tokens stand for."""

import numpy as np

from benchmark.data.splits import load_array


class Lexicon:
    """The words of a data set of sentences.

    Args:
        words: by token, ``(vocabulary,)``. If the first word is empty, token 0 ends a sentence, and
            the tokens after it are ignored.
        separator: text between two words.
    """

    def __init__(self, words: np.ndarray, separator: str) -> None:
        self.words, self.separator = [str(word) for word in words], separator
        self.has_end = not self.words[0]

    @classmethod
    def load(cls, dataset: str) -> "Lexicon":
        """Load the lexicon of a prepared data set of sentences."""
        words, separator = (load_array(dataset, "train", name) for name in ("words", "separator"))
        return cls(words, str(separator))

    def count_words(self, tokens: np.ndarray) -> np.ndarray:
        """Count the words of each sentence of ``(n, length)``, int64 ``(n,)``."""
        if not self.has_end:
            return np.full(len(tokens), tokens.shape[1])
        ended = np.concatenate([tokens == 0, np.ones((len(tokens), 1), bool)], axis=1)
        return ended.argmax(axis=1)

    def decode(self, tokens: np.ndarray) -> list[str]:
        """Decode sentences ``(n, length)``, each to one line of text."""
        return [
            self.separator.join(self.words[token] for token in row[:count])
            for row, count in zip(tokens.tolist(), self.count_words(tokens), strict=True)
        ]
