"""Arithmetic expressions of a small context-free grammar, and a parser that knows them.

As in the experiment of Kusner and Hernández-Lobato 2016, arXiv:1611.04051, with precedence and
parentheses added:

- sum: product | product (+ or -) sum
- product: factor | factor (* or /) product
- factor: x | y | 1 | 2 | ( sum )
"""

from collections.abc import Sequence

import numpy as np

from benchmark.common.seeds import stream

ATOMS, ADDED, MULTIPLIED = ("x", "y", "1", "2"), ("+", "-"), ("*", "/")
WORDS = ("", *ATOMS, *ADDED, *MULTIPLIED, "(", ")")
LENGTH = 16  # places for tokens, one of which is for the end
SHORTEST = 5  # tokens; shorter ones would all be in any sample
DRAWN = {"train": 5_000, "test": 1_000}
LONGER, NESTED = (0.5, 0.4), 0.2  # probabilities of one more term, factor and parenthesis


def grammar() -> tuple[dict[str, np.ndarray], ...]:
    """Expressions of 5 to 15 tokens, two draws of them; the same one may stand in both."""
    parts = []
    for split, count in DRAWN.items():
        generator = np.random.default_rng(stream(0, f"{split} of grammar"))
        images = np.zeros((count, LENGTH), dtype=np.int64)
        for row in images:
            words: list[str] = []
            while not SHORTEST <= len(words) < LENGTH:
                words = expression(generator)
            row[: len(words)] = [WORDS.index(word) for word in words]
        labels = np.zeros(count, dtype=np.int64)
        parts.append(
            {
                "images": images,
                "labels": labels,
                "words": np.array(WORDS),
                "between": np.array(""),
            }
        )
    return parts[0], parts[1]


def expression(generator: np.random.Generator) -> list[str]:
    """The words of one expression, drawn."""
    return _chain(generator, 0)


def _chain(generator: np.random.Generator, level: int) -> list[str]:
    """A sum (level 0) or a product (level 1)."""

    def one() -> list[str]:
        return _chain(generator, 1) if level == 0 else _factor(generator)

    words = one()
    while generator.random() < LONGER[level]:
        words += [_one_of((ADDED, MULTIPLIED)[level], generator), *one()]
    return words


def _factor(generator: np.random.Generator) -> list[str]:
    if generator.random() < NESTED:
        return ["(", *expression(generator), ")"]
    return [_one_of(ATOMS, generator)]


def _one_of(words: Sequence[str], generator: np.random.Generator) -> str:
    return words[
        int(generator.random() * len(words))
    ]  # an integer of NumPy's takes ten times as long


def valid(words: Sequence[str]) -> bool:
    """Whether words are one expression of the grammar, of any length."""
    return _parsed(words, 0, 0) == len(words) > 0


def _parsed(words: Sequence[str], place: int, level: int) -> int:
    """Where the sum (level 0), product (1) or factor (2) that begins at a place ends.

    Behind the last word if there is none.
    """
    lost = len(words) + 1
    if level == 2:
        if place < len(words) and words[place] in ATOMS:
            return place + 1
        if place < len(words) and words[place] == "(":
            place = _parsed(words, place + 1, 0)
            return place + 1 if place < len(words) and words[place] == ")" else lost
        return lost
    place = _parsed(words, place, level + 1)
    while place < len(words) and words[place] in (ADDED, MULTIPLIED)[level]:
        place = _parsed(words, place + 1, level + 1)
    return place
