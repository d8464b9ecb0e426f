"""The data sets of the images track."""

from functools import partial

from benchmark.data.sources import class_folders, images
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.images.schema import ImagesDataset


def name_user_files(name: str, block: ImagesDataset) -> str | None:
    """Return ``folder`` for a user's folder."""
    return "folder" if block.folder else None


def make_custom_source(name: str, block: ImagesDataset) -> Source | None:
    """Make the source of a folder."""
    return partial(class_folders.load_dataset, block.folder) if block.folder else None


DATA_SETS = DataSets(images.SOURCES, user_files=name_user_files, custom_source=make_custom_source)
