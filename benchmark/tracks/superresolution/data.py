"""The data sets of the super-resolution track."""

from functools import partial

from benchmark.config.schema import Dataset
from benchmark.data.sources import photo_folders, superresolution
from benchmark.tracks.base.track import Source
from benchmark.tracks.superresolution.schema import SuperresolutionDataset

SOURCES: dict[str, Source] = {**superresolution.SOURCES}


def user_files(name: str, dataset: Dataset) -> str | None:
    """Return ``folder`` for a user's folders."""
    assert isinstance(dataset, SuperresolutionDataset)
    return "folder" if dataset.folder else None


def custom_source(name: str, dataset: Dataset) -> Source | None:
    """Make the source of folders of photographs."""
    assert isinstance(dataset, SuperresolutionDataset)
    return partial(photo_folders.load_dataset, dataset.folder) if dataset.folder else None
