"""The data sets of the super-resolution track."""

from functools import partial

from benchmark.data.prepare import check_image_count
from benchmark.data.sources import photo_folders, superresolution
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.superresolution.schema import SuperresolutionDataset


def name_user_files(name: str, block: SuperresolutionDataset) -> str | None:
    """Return ``folder`` for a user's folders."""
    return "folder" if block.folder else None


def make_custom_source(name: str, block: SuperresolutionDataset) -> Source | None:
    """Make the source of folders of photographs."""
    return partial(photo_folders.load_dataset, block.folder) if block.folder else None


DATA_SETS = DataSets(
    superresolution.SOURCES,
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_size=check_image_count,
)
