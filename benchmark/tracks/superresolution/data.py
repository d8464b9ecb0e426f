"""The data sets of the super-resolution track."""

from functools import partial

from benchmark.data.sizes import Counts, find_few_images
from benchmark.data.sources import photo_folders, superresolution
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.superresolution.schema import SuperresolutionDataset


def name_user_files(name: str, block: SuperresolutionDataset) -> str | None:
    """Return ``folder`` for a user's folders."""
    return "folder" if block.folder else None


def make_custom_source(name: str, block: SuperresolutionDataset) -> Source | None:
    """Make the source of folders of photographs."""
    return partial(photo_folders.load_dataset, block.folder) if block.folder else None


def check_files(name: str, block: SuperresolutionDataset) -> None:
    """Exit with one line if a folder has no photographs."""
    if block.folder:
        photo_folders.check_files(block.folder)


def count_samples(name: str, block: SuperresolutionDataset) -> Counts | None:
    """Count the patches of a built-in data set, or those to draw of a user's photographs."""
    if block.folder:
        return Counts(block.folder.patches, has_pairs=True)
    return superresolution.COUNTS if name in superresolution.SOURCES else None


DATA_SETS = DataSets(
    superresolution.SOURCES,
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_files=check_files,
    count_samples=count_samples,
    find_size_mistakes=find_few_images,
)
