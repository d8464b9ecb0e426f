"""The data sets of the translation track."""

from functools import partial

from benchmark.config.sources import Folder
from benchmark.data.sizes import Counts, find_few_images
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


def check_files(name: str, block: TranslationDataset) -> None:
    """Exit with one line if a folder lacks images, or one image of a pair."""
    if block.folder and name not in ARCHIVES:
        folders.list_splits(block.folder)


def count_samples(name: str, block: TranslationDataset) -> Counts | None:
    """Count the pairs of a built-in data set, or the images of a folder by its files."""
    return folders.count_images(block.folder) if block.folder else translation.COUNTS.get(name)


DATA_SETS = DataSets(
    {**translation.SOURCES, **ARCHIVES},
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_files=check_files,
    count_samples=count_samples,
    find_size_mistakes=find_few_images,
)
