"""A data set -> data/<dataset>/{train,test}/: `gan-benchmark prepare digits`.

Each array of a split is one .npy file; `benchmark.data.splits.SplitArrays` describes the arrays.
The weights of an oracle that drew sentences are the arrays of data/<dataset>/oracle/.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmark.common.messages import nearest, stop
from benchmark.data.sources import SOURCES
from benchmark.data.sources.downloads import ARCHIVES
from benchmark.data.splits import SplitArrays, save_split

if TYPE_CHECKING:
    from benchmark import config

FOLDERS = ("train", "test", "oracle")


def _few(dataset: str, parts: Sequence[SplitArrays], track: "config.TrackConfig") -> None:
    """Exit if there are fewer images than training and scoring take."""
    paired = bool(parts[0].paired)
    halved = 2 if paired and any(not _sees_pairs(name) for name in track.variants) else 1
    near = max(track.metrics.neighbours, track.metrics.density_neighbours) + 1
    needed = max(halved * track.training.batch, near), track.metrics.neighbours + 1
    for name, part, least in zip(("train on", "hold out"), parts, needed, strict=True):
        count = min(len(array) for array in (part.images, part.condition) if array is not None)
        if count < least:
            stop(f"{dataset}: {count} images to {name}; training.batch and metrics need {least}")
    if paired and len(parts[1].images) > len(parts[0].images):
        stop(f"{dataset}: more pairs are held out than there are to train on")


def _few_sentences(dataset: str, parts: Sequence[SplitArrays], track: "config.TrackConfig") -> None:
    """Exit if there are fewer sentences than a batch takes."""
    count = len(parts[0].images)
    if count < track.training.batch:
        stop(f"{dataset}: {count} sentences to train on; training.batch is {track.training.batch}")


def _sees_pairs(variant: str) -> bool:
    import gans

    return getattr(gans.load(variant), "paired", True)


def prepare(dataset: str, settings: "config.Params") -> None:
    """Write both parts of a data set, which need not be on a track.

    Exits with one line if there is no such data set, or if something is wrong with its files.
    """
    from benchmark import config
    from benchmark.data.sources import caption_folders, folders, photo_folders, text

    tracks = settings.translation, settings.superresolution, settings.text_to_image
    own: dict[str, Callable[[], Any]] = {
        name: partial(folders.load_dataset, name, config.Folder()) for name in ARCHIVES
    }
    if settings.translation:
        for name, translated in settings.translation.datasets.items():
            if translated.folder:
                own[name] = partial(folders.load_dataset, name, translated.folder)
    if settings.superresolution:
        for name, enlarged in settings.superresolution.datasets.items():
            if enlarged.folder:
                own[name] = partial(photo_folders.load_dataset, enlarged.folder)
    if settings.text_to_image:
        for name, captioned in settings.text_to_image.datasets.items():
            if captioned.folder:
                classes = captioned.feature_space == "classifier"
                own[name] = partial(caption_folders.load_dataset, captioned.folder, classes=classes)
    if settings.text:
        own |= text.list_sources(settings.text)
    known = {name: make for track in SOURCES.values() for name, make in track.items()}
    sources = known | own
    if dataset not in sources:
        stop(f"{dataset}: no such data set; {nearest(dataset, sources)}")
    parts = sources[dataset]()
    for track in tracks:
        if dataset in own and track and dataset in track.datasets:
            _few(dataset, parts, track)
    if settings.text and dataset in settings.text.datasets:
        _few_sentences(dataset, parts, settings.text)
    for name, arrays in zip(FOLDERS, parts, strict=False):
        save_split(dataset, name, arrays)
        if isinstance(arrays, SplitArrays):
            print(f"{dataset} {name}: {len(arrays.images)} of shape {arrays.images.shape[1:]}")


def main() -> None:
    from benchmark import config

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset")
    prepare(parser.parse_args().dataset, config.load())


if __name__ == "__main__":
    main()
