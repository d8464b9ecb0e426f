"""The data sets of the text-to-image track."""

from functools import partial

from benchmark.config.schema import Dataset
from benchmark.data.sources import caption_folders, text_to_image
from benchmark.tracks.base.track import Source
from benchmark.tracks.text_to_image.schema import TextToImageDataset

SOURCES: dict[str, Source] = {**text_to_image.SOURCES}


def user_files(name: str, dataset: Dataset) -> str | None:
    """Return ``folder`` for a user's folder."""
    assert isinstance(dataset, TextToImageDataset)
    return "folder" if dataset.folder else None


def custom_source(name: str, dataset: Dataset) -> Source | None:
    """Make the source of a folder of images with captions."""
    assert isinstance(dataset, TextToImageDataset)
    if not dataset.folder:
        return None
    classes = dataset.feature_space == "classifier"
    return partial(caption_folders.load_dataset, dataset.folder, classes=classes)
