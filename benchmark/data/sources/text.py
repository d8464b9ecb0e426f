"""Sentences to generate: drawn from an oracle or a grammar, or read from the user's file."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmark.data.sources import oracle, text_files
from benchmark.data.sources.grammar import draw_expressions

if TYPE_CHECKING:
    from benchmark import config


def list_sources(track: "config.TextTrack") -> dict[str, Callable[[], Any]]:
    """Map data sets that have an oracle or a file in params.yaml to functions that make them."""
    sources: dict[str, Callable[[], Any]] = {}
    for name, block in track.datasets.items():
        if block.oracle:
            sources[name] = partial(oracle.load_dataset, name, block.oracle)
        elif block.file:
            sources[name] = partial(text_files.load_dataset, block.file)
    return sources


def draw_default_oracle() -> Any:
    """Draw sentences from an oracle with the default options."""
    from benchmark import config

    return oracle.load_dataset("oracle", config.Oracle())


SOURCES: dict[str, Callable[[], Any]] = {
    "oracle": draw_default_oracle,
    "grammar": draw_expressions,
}
