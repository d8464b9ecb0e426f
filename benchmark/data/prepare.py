"""A data set -> data/<dataset>/{train,test}.npz: `gan-benchmark prepare digits`.

Each file holds ``images``, uint8 ``(n, c, h, w)``, and ``labels``, int64 ``(n,)``. Points in the
plane stand there as ``images``, float32 ``(n, 2)``, with the modes that they are nearest to. Where
images are to be made from others, these are ``condition``, uint8 ``(n, c, h, w)``. Those of a folder of
images need not belong to ``images``: then ``paired`` is false, and there may be another number of
them. Where there are no classes, a classifier may learn from ``classifier_inputs`` and ``classifier_targets``.
Where images are drawn from captions, these are ``condition``, int64 ``(n, words)``, as places in
``words``.
Clips are ``images`` too, uint8 ``(n, c, t, h, w)``; there ``classifier_targets`` say class and motion.
Sentences stand there as ``images`` too, int64 ``(n, length)``, with the ``words`` that the tokens
stand for and what is written ``between`` two of these; the weights of an oracle that drew them lie
beside, in oracle.npz.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.common.messages import nearest, stop
from benchmark.data.sources import SOURCES
from benchmark.data.sources.downloads import ARCHIVES

if TYPE_CHECKING:
    from benchmark import config

FILES = ("train", "test", "oracle")
NAMES = (
    "images",
    "labels",
    "condition",
    "paired",
    "classifier_inputs",
    "classifier_targets",
    "words",
)


def _few(dataset: str, parts: Sequence[Sequence[np.ndarray]], track: "config.TrackConfig") -> None:
    """Exit if there are fewer images than training and scoring take."""
    paired = bool(parts[0][3])
    halved = 2 if paired and any(not _sees_pairs(name) for name in track.variants) else 1
    near = max(track.metrics.neighbours, track.metrics.density_neighbours) + 1
    needed = max(halved * track.training.batch, near), track.metrics.neighbours + 1
    for name, part, least in zip(("train on", "hold out"), parts, needed, strict=True):
        count = min(len(part[0]), len(part[2]))
        if count < least:
            stop(f"{dataset}: {count} images to {name}; training.batch and metrics need {least}")
    if paired and len(parts[1][0]) > len(parts[0][0]):
        stop(f"{dataset}: more pairs are held out than there are to train on")


def _few_sentences(dataset: str, parts: Sequence[Any], track: "config.TrackConfig") -> None:
    """Exit if there are fewer sentences than a batch takes."""
    count = len(parts[0]["images"])
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
        name: partial(folders.dataset, name, config.Folder()) for name in ARCHIVES
    }
    if settings.translation:
        for name, translated in settings.translation.datasets.items():
            if translated.folder:
                own[name] = partial(folders.dataset, name, translated.folder)
    if settings.superresolution:
        for name, enlarged in settings.superresolution.datasets.items():
            if enlarged.folder:
                own[name] = partial(photo_folders.dataset, enlarged.folder)
    if settings.text_to_image:
        for name, captioned in settings.text_to_image.datasets.items():
            if captioned.folder:
                classes = captioned.feature_space == "classifier"
                own[name] = partial(caption_folders.dataset, captioned.folder, classes=classes)
    if settings.text:
        own |= text.own(settings.text)
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
    folder = Path("data") / dataset
    folder.mkdir(parents=True, exist_ok=True)
    for name, arrays in zip(FILES, parts, strict=False):
        named = arrays if isinstance(arrays, dict) else dict(zip(NAMES, arrays, strict=False))
        named = {own: array for own, array in named.items() if array is not None}
        np.savez(folder / f"{name}.npz", **named)
        if "images" in named:
            print(f"{dataset} {name}: {len(named['images'])} of shape {named['images'].shape[1:]}")
