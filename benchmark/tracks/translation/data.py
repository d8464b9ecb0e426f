"""The data sets of the translation track."""

from functools import partial

from benchmark.config.sources import Folder
from benchmark.data.prepare import check_image_count
from benchmark.data.sources import downloads, folders, translation
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.translation.schema import TranslationDataset

ARCHIVES = {name: partial(folders.load_dataset, name, Folder()) for name in downloads.ARCHIVES}


def name_user_files(name: str, block: TranslationDataset) -> str | None:
    """Return ``folder`` for a user's folder; the block of an archive has only options."""
    return "folder" if block.folder and name not in ARCHIVES else None


def make_custom_source(name: str, block: TranslationDataset) -> Source | None:
    """Make the source of a folder."""
    return partial(folders.load_dataset, name, block.folder) if block.folder else None


DATA_SETS = DataSets(
    {**translation.SOURCES, **ARCHIVES},
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_size=check_image_count,
)
