"""The data sets of the images track."""

from functools import partial

from benchmark.data.sizes import Counts, find_few_images
from benchmark.data.sources import class_folders, images
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.images.schema import ImagesDataset


def name_user_files(name: str, block: ImagesDataset) -> str | None:
    """Return the key that makes a new data set: ``folder`` or ``subset``, if any."""
    return "folder" if block.folder else "subset" if block.subset else None


def make_custom_source(name: str, block: ImagesDataset) -> Source | None:
    """Make the source of a folder or of a subset."""
    classes = block.feature_space == "classifier"
    if block.subset:
        of, count = block.subset.of, block.subset.images
        return partial(images.load_subset, of, count, trains_extractor=classes)
    if block.folder is None:
        return None
    return partial(class_folders.load_dataset, block.folder, classes=classes)


def check_files(name: str, block: ImagesDataset) -> None:
    """Exit with one line if a folder has no images, or if their classes are unclear."""
    if block.folder and (source := make_custom_source(name, block)):
        source()  # it lists the images, and reads none


def count_samples(name: str, block: ImagesDataset) -> Counts | None:
    """Count the images of a built-in data set or a subset, or those of a folder by its files."""
    if block.subset and block.subset.of in images.COUNTS:
        counts = images.COUNTS[block.subset.of]
        if block.subset.images is None:
            return counts
        return Counts(block.subset.images, counts.held_out, is_divided=True)
    return class_folders.count_images(block.folder) if block.folder else images.COUNTS.get(name)


DATA_SETS = DataSets(
    images.SOURCES,
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_files=check_files,
    count_samples=count_samples,
    find_size_mistakes=find_few_images,
)
