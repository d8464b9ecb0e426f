"""Arithmetic expressions of a small context-free grammar, and a parser of them.

As in the experiment of Kusner and Hernández-Lobato 2016, arXiv:1611.04051, with precedence and
parentheses added:

- sum: product | product (+ or -) sum
- product: factor | factor (* or /) product
- factor: x | y | 1 | 2 | ( sum )
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.parts import Parts
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays

ATOMS, ADDED, MULTIPLIED = ("x", "y", "1", "2"), ("+", "-"), ("*", "/")
WORDS = ("", *ATOMS, *ADDED, *MULTIPLIED, "(", ")")
LENGTH = 16  # tokens of a row, one of which is for the end
SHORTEST = 5  # tokens; any sample would hold every shorter expression
DRAWN = {"train": 5_000, "validation": 1_000, "extractor": 2_500, "test": 1_000}
COUNTS = Counts(DRAWN["train"], DRAWN["test"], is_divided=True)
LONGER, NESTED = (0.5, 0.4), 0.2  # probabilities of one more term, factor and parenthesis


def draw_expressions() -> Parts:
    """Draw expressions of 5 to 15 tokens; several parts may hold the same one."""
    parts: dict[str, Any] = {}
    for split, count in DRAWN.items():
        generator = np.random.default_rng(stream(0, f"{split} of grammar"))
        sentences = np.zeros((count, LENGTH), dtype=np.int64)
        for row in sentences:
            words: list[str] = []
            while not SHORTEST <= len(words) < LENGTH:
                words = draw_expression(generator)
            row[: len(words)] = [WORDS.index(word) for word in words]
        labels = np.zeros(count, dtype=np.int64)
        parts[split] = SplitArrays(sentences, labels, words=np.array(WORDS), separator="")
    return Parts(**parts)


def draw_expression(generator: np.random.Generator) -> list[str]:
    """Draw the words of one expression."""
    return _draw_chain(generator, 0)


def _draw_chain(generator: np.random.Generator, level: int) -> list[str]:
    """Draw a sum (level 0) or a product (level 1)."""

    def draw_operand() -> list[str]:
        return _draw_chain(generator, 1) if level == 0 else _draw_factor(generator)

    words = draw_operand()
    while generator.random() < LONGER[level]:
        words += [_choose((ADDED, MULTIPLIED)[level], generator), *draw_operand()]
    return words


def _draw_factor(generator: np.random.Generator) -> list[str]:
    if generator.random() < NESTED:
        return ["(", *draw_expression(generator), ")"]
    return [_choose(ATOMS, generator)]


def _choose(words: Sequence[str], generator: np.random.Generator) -> str:
    # NumPy's draw of an integer takes ten times as long
    return words[int(generator.random() * len(words))]


def is_valid(words: Sequence[str]) -> bool:
    """Whether words are one expression of the grammar, of any length."""
    return _parse(words, 0, 0) == len(words) > 0


def _parse(words: Sequence[str], start: int, level: int) -> int:
    """Find the end of the sum (level 0), product (1) or factor (2) that begins at ``start``.

    Returns:
        The index behind its last word; ``len(words) + 1`` if there is no such expression.
    """
    failed = len(words) + 1
    if level == 2:
        if start < len(words) and words[start] in ATOMS:
            return start + 1
        if start < len(words) and words[start] == "(":
            end = _parse(words, start + 1, 0)
            return end + 1 if end < len(words) and words[end] == ")" else failed
        return failed
    end = _parse(words, start, level + 1)
    while end < len(words) and words[end] in (ADDED, MULTIPLIED)[level]:
        end = _parse(words, end + 1, level + 1)
    return end
