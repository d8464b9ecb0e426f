"""Mistakes in the section of the super-resolution track."""

from benchmark.config.schema import TrackConfig
from benchmark.tracks.superresolution.schema import SuperresolutionDataset


def find_mistakes(config: TrackConfig) -> list[str]:
    """Find sizes of patches that do not fit the scale."""
    problems = []
    for name, dataset in config.datasets.items():
        assert isinstance(dataset, SuperresolutionDataset)
        folder = dataset.folder
        if folder is None:
            continue
        if folder.side % folder.scale:
            problems.append(
                f"superresolution.datasets.{name}.folder.side: expected a multiple of scale"
                f" ({folder.scale}), got {folder.side}; write 96"
            )
    return problems
