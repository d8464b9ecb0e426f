"""The data sets of the text-to-image track."""

from functools import partial

from benchmark.data.prepare import check_image_count
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


DATA_SETS = DataSets(
    text_to_image.SOURCES,
    user_files=name_user_files,
    custom_source=make_custom_source,
    check_size=check_image_count,
)
