"""Write a data set to data/<dataset>/{train,test}/: `gan-benchmark prepare digits`.

Each array of a split is one .npy file; `benchmark.data.splits.SplitArrays` describes the arrays.
The weights of an oracle that drew sentences are the arrays of data/<dataset>/oracle/.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmark.common.messages import nearest, quote_empty, stop
from benchmark.data.image_stream import ImageFiles
from benchmark.data.repeats import check_repeats
from benchmark.data.sources.published import PUBLISHED
from benchmark.data.splits import SplitArrays, save_split

if TYPE_CHECKING:
    from benchmark import config
    from benchmark.tracks.base.track import Source

FOLDERS = ("train", "test", "oracle")


def check_image_count(
    dataset: str, parts: Sequence[SplitArrays], track: "config.TrackConfig"
) -> None:
    """Exit if there are fewer images than training and scoring need."""
    paired = bool(parts[0].paired)
    halved = 2 if paired and any(not _needs_pairs(name) for name in track.variants) else 1
    neighbours = max(track.metrics.neighbours, track.metrics.density_neighbours) + 1
    needed = max(halved * track.training.batch, neighbours), track.metrics.neighbours + 1
    for name, part, minimum in zip(("train on", "hold out"), parts, needed, strict=True):
        count = min(len(array) for array in (part.images, part.condition) if array is not None)
        if count < minimum:
            stop(
                f"{dataset}: expected {minimum} images or more to {name}, as training.batch and"
                f" metrics need, got {count}; add images, or lower these"
            )
    if paired and len(parts[1].images) > len(parts[0].images):
        stop(
            f"{dataset}: expected as many pairs to train on as are held out, or more, got"
            f" {len(parts[0].images)} and {len(parts[1].images)}; hold out fewer"
        )


def check_sentence_count(
    dataset: str, parts: Sequence[SplitArrays], track: "config.TrackConfig"
) -> None:
    """Exit if there are fewer sentences than in a batch."""
    count = len(parts[0].images)
    if count < track.training.batch:
        stop(
            f"{dataset}: expected {track.training.batch} sentences or more to train on, as"
            f" training.batch needs, got {count}; add sentences, or lower it"
        )


def _needs_pairs(variant: str) -> bool:
    import gans

    return getattr(gans.load(variant), "paired", True)


def find_source(dataset: str, params: "config.Params") -> "Source":
    """Find the source of a data set, or exit with one line that names the most similar one.

    A data set that params.yaml does not list is a built-in one.
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
        hint = nearest(dataset, [*builtin, *params.datasets])
        stop(f"{quote_empty(dataset)}: expected a data set, got no such name; {hint}")
    return builtin[dataset]


def check_pictures(dataset: str, parts: Sequence[SplitArrays]) -> None:
    """Exit with one line if images are all equal, or if some are both trained on and held out.

    Args:
        dataset: name of the data set.
        parts: its splits, which have been written: only now are images of files known.
    """
    train, test = (part.images for part in parts)
    if isinstance(train, ImageFiles):
        is_uniform = len(set(train.digests)) == 1
        published = dataset in PUBLISHED
        check_repeats(
            (train.files, train.digests), (test.files, test.digests), is_published=published
        )
    else:
        is_uniform = train.ndim == 4 and bool((train == train[:1]).all())
    if is_uniform:
        stop(f"{dataset}: expected images that differ, got {len(train)} equal ones; add others")


def prepare(dataset: str, params: "config.Params") -> None:
    """Write the splits of a data set, which need not be listed in params.yaml.

    Exits with one line if there is no such data set, or if its files are invalid.
    """
    from benchmark import tracks

    parts = find_source(dataset, params)()
    if dataset in params.datasets:
        name = params.datasets[dataset]
        tracks.load(name).check_size(dataset, parts, params.tracks[name])
    for name, arrays in zip(FOLDERS, parts, strict=False):
        save_split(dataset, name, arrays)
    check_pictures(dataset, parts[:2])
    for name, arrays in zip(FOLDERS, parts, strict=False):
        if isinstance(arrays, SplitArrays):
            print(f"{dataset} {name}: {len(arrays.images)} of shape {arrays.images.shape[1:]}")
