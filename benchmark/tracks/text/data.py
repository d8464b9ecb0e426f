"""The data sets of the text track."""

from functools import partial

from benchmark.common.paths import expand
from benchmark.config.sources import Oracle
from benchmark.data.sizes import Counts, find_small_splits
from benchmark.data.sources import grammar, oracle, text_files
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.text.schema import TextDataset


def name_user_files(name: str, block: TextDataset) -> str | None:
    """Return the key that describes the sentences; the built-in oracle has only options."""
    if block.oracle and name == "oracle":
        return None
    return "file" if block.file else "oracle" if block.oracle else None


def make_custom_source(name: str, block: TextDataset) -> Source | None:
    """Make the source of an oracle or of a file."""
    if block.oracle:
        return partial(oracle.load_dataset, name, block.oracle)
    return partial(text_files.load_dataset, block.file) if block.file else None


def check_files(name: str, block: TextDataset) -> None:
    """Exit with one line if a file of sentences is missing, or if weights cannot be read."""
    if block.oracle:
        oracle.make_oracle(name, block.oracle)
    elif block.file:
        text_files.check_file(expand(block.file.path))


def count_samples(name: str, block: TextDataset) -> Counts | None:
    """Count the sentences of a file by its lines, or those that are drawn."""
    if block.file:
        return text_files.count_sentences(block.file)
    if block.oracle or name == "oracle":
        counts = oracle.count_sentences(block.oracle or Oracle())
        return Counts(counts["train"], counts["test"], is_divided=True)
    return grammar.COUNTS if name == "grammar" else None


DATA_SETS = DataSets(
    {
        "oracle": partial(oracle.load_dataset, "oracle", Oracle()),
        "grammar": grammar.draw_expressions,
    },
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_files=check_files,
    count_samples=count_samples,
    find_size_mistakes=partial(find_small_splits, noun="sentences"),
)
