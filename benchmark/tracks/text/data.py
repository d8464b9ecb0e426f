"""The data sets of the text track."""

from functools import partial

from benchmark.config.schema import Dataset
from benchmark.config.sources import Oracle
from benchmark.data.sources import grammar, oracle, text_files
from benchmark.tracks.base.track import Source
from benchmark.tracks.text.schema import TextDataset

SOURCES: dict[str, Source] = {
    "oracle": partial(oracle.load_dataset, "oracle", Oracle()),
    "grammar": grammar.draw_expressions,
}


def user_files(name: str, dataset: Dataset) -> str | None:
    """Return the key that describes the sentences; the built-in oracle has only options."""
    assert isinstance(dataset, TextDataset)
    if dataset.oracle and name == "oracle":
        return None
    return "file" if dataset.file else "oracle" if dataset.oracle else None


def custom_source(name: str, dataset: Dataset) -> Source | None:
    """Make the source of an oracle or of a file."""
    assert isinstance(dataset, TextDataset)
    if dataset.oracle:
        return partial(oracle.load_dataset, name, dataset.oracle)
    return partial(text_files.load_dataset, dataset.file) if dataset.file else None
