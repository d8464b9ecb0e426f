"""The data sets of the translation track."""

from functools import partial

from benchmark.config.schema import Dataset
from benchmark.config.sources import Folder
from benchmark.data.sources import downloads, folders, translation
from benchmark.tracks.base.track import Source
from benchmark.tracks.translation.schema import TranslationDataset

SOURCES: dict[str, Source] = {
    **translation.SOURCES,
    **{name: partial(folders.load_dataset, name, Folder()) for name in downloads.ARCHIVES},
}


def user_files(name: str, dataset: Dataset) -> str | None:
    """Return ``folder`` for a user's folder; the block of an archive has only options."""
    assert isinstance(dataset, TranslationDataset)
    return "folder" if dataset.folder and name not in downloads.ARCHIVES else None


def custom_source(name: str, dataset: Dataset) -> Source | None:
    """Make the source of a folder."""
    assert isinstance(dataset, TranslationDataset)
    return partial(folders.load_dataset, name, dataset.folder) if dataset.folder else None
