"""Mistakes in the section of the text track."""

from benchmark.config.schema import TrackConfig
from benchmark.tracks.text.schema import TextDataset


def find_mistakes(config: TrackConfig) -> list[str]:
    """Find data sets of two sources."""
    problems = []
    for name, dataset in config.datasets.items():
        assert isinstance(dataset, TextDataset)
        if dataset.file and dataset.oracle:
            problems.append(
                f"text.datasets.{name}: expected a file or an oracle, got both; leave one of the"
                " two out"
            )
    return problems
