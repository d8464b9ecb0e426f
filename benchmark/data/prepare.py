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

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.common.messages import nearest, stop

if TYPE_CHECKING:
    from benchmark import config
    from benchmark.tracks.base.track import Source

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


def check_image_count(
    dataset: str, parts: Sequence[Sequence[np.ndarray]], track: "config.TrackConfig"
) -> None:
    """Exit if there are fewer images than training and scoring take."""
    paired = bool(parts[0][3])
    halved = 2 if paired and any(not _needs_pairs(name) for name in track.variants) else 1
    near = max(track.metrics.neighbours, track.metrics.density_neighbours) + 1
    needed = max(halved * track.training.batch, near), track.metrics.neighbours + 1
    for name, part, least in zip(("train on", "hold out"), parts, needed, strict=True):
        count = min(len(part[0]), len(part[2]))
        if count < least:
            stop(f"{dataset}: {count} images to {name}; training.batch and metrics need {least}")
    if paired and len(parts[1][0]) > len(parts[0][0]):
        stop(f"{dataset}: more pairs are held out than there are to train on")


def check_sentence_count(dataset: str, parts: Sequence[Any], track: "config.TrackConfig") -> None:
    """Exit if there are fewer sentences than a batch takes."""
    count = len(parts[0]["images"])
    if count < track.training.batch:
        stop(f"{dataset}: {count} sentences to train on; training.batch is {track.training.batch}")


def _needs_pairs(variant: str) -> bool:
    import gans

    return getattr(gans.load(variant), "paired", True)


def find_source(dataset: str, params: "config.Params") -> "Source":
    """Find what makes a data set, or exit with one line that names the nearest one.

    A data set that no track of params.yaml lists is one that comes with the benchmark.
    """
    from benchmark import tracks

    if dataset in params.datasets:
        name = params.datasets[dataset]
        track, block = tracks.load(name), params.tracks[name].datasets[dataset]
        if custom := track.custom_source(dataset, block):
            return custom
    builtin = {
        name: source
        for track in map(tracks.load, tracks.names())
        for name, source in track.sources().items()
    }
    if dataset not in builtin:
        stop(f"{dataset}: no such data set; {nearest(dataset, [*builtin, *params.datasets])}")
    return builtin[dataset]


def prepare(dataset: str, params: "config.Params") -> None:
    """Write the splits of a data set, which need not be listed in params.yaml.

    Exits with one line if there is no such data set, or if something is wrong with its files.
    """
    from benchmark import tracks

    parts = find_source(dataset, params)()
    if dataset in params.datasets and len(parts[0]) > 3:
        name = params.datasets[dataset]
        tracks.load(name).check_size(dataset, parts, params.tracks[name])
    folder = Path("data") / dataset
    folder.mkdir(parents=True, exist_ok=True)
    for name, arrays in zip(FILES, parts, strict=False):
        named = arrays if isinstance(arrays, dict) else dict(zip(NAMES, arrays, strict=False))
        named = {key: array for key, array in named.items() if array is not None}
        np.savez(folder / f"{name}.npz", **named)
        if "images" in named:
            print(f"{dataset} {name}: {len(named['images'])} of shape {named['images'].shape[1:]}")
