"""Sentences that a generator draws: those of an oracle, of a grammar, or of a file of one's own."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmark.data.sources import oracle, text_files
from benchmark.data.sources.grammar import grammar

if TYPE_CHECKING:
    from benchmark import config


def own(track: "config.TextTrack") -> dict[str, Callable[[], Any]]:
    """What makes the data sets that a track says how to make."""
    found: dict[str, Callable[[], Any]] = {}
    for name, block in track.datasets.items():
        if block.oracle:
            found[name] = partial(oracle.dataset, name, block.oracle)
        elif block.file:
            found[name] = partial(text_files.dataset, block.file)
    return found


def small_oracle() -> Any:
    """The oracle as it is without a block that says otherwise."""
    from benchmark import config

    return oracle.dataset("oracle", config.Oracle())


SOURCES: dict[str, Callable[[], Any]] = {"oracle": small_oracle, "grammar": grammar}
