"""Sentences that a generator draws: those of an oracle, of a grammar, or of a file of one's own."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmark.datasets import oracle, text_files
from benchmark.datasets.grammar import grammar

if TYPE_CHECKING:
    from benchmark import params


def own(board: "params.TextBoard") -> dict[str, Callable[[], Any]]:
    """What makes the data sets that a board says how to make."""
    found: dict[str, Callable[[], Any]] = {}
    for name, block in board.datasets.items():
        if block.oracle:
            found[name] = partial(oracle.dataset, name, block.oracle)
        elif block.file:
            found[name] = partial(text_files.dataset, block.file)
    return found


def small_oracle() -> Any:
    """The oracle as it is without a block that says otherwise."""
    from benchmark import params

    return oracle.dataset("oracle", params.Oracle())


SOURCES: dict[str, Callable[[], Any]] = {"oracle": small_oracle, "grammar": grammar}
