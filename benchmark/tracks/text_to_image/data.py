"""The data sets of the text-to-image track."""

from functools import partial

from benchmark.data.sizes import Counts, find_few_images
from benchmark.data.sources import caption_folders, text_to_image
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.text_to_image.schema import TextToImageDataset


def name_user_files(name: str, block: TextToImageDataset) -> str | None:
    """Return ``folder`` for a user's folder."""
    return "folder" if block.folder else None


def make_custom_source(name: str, block: TextToImageDataset) -> Source | None:
    """Make the source of a folder of images with captions."""
    if not block.folder:
        return None
    classes = block.feature_space == "classifier"
    return partial(caption_folders.load_dataset, block.folder, classes=classes)


def check_files(name: str, block: TextToImageDataset) -> None:
    """Exit with one line if a folder has no images, or if a file of captions is missing."""
    if block.folder:
        caption_folders.check_files(block.folder)


def count_samples(name: str, block: TextToImageDataset) -> Counts | None:
    """Count the images of a built-in data set, or those of a folder by its files."""
    if block.folder:
        return caption_folders.count_images(block.folder)
    return text_to_image.COUNTS if name in text_to_image.SOURCES else None


DATA_SETS = DataSets(
    text_to_image.SOURCES,
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_files=check_files,
    count_samples=count_samples,
    find_size_mistakes=find_few_images,
)
