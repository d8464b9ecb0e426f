"""Write a data set to data/<dataset>/<part>/: `gan-benchmark prepare digits`.

`benchmark.data.parts` describes the parts. Each array of a part is one .npy file;
`benchmark.data.splits.SplitArrays` describes the arrays. The weights of an oracle that drew
sentences are the arrays of data/<dataset>/oracle/.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from benchmark.common.messages import nearest, quote_empty, stop
from benchmark.data.image_stream import ImageFiles, StreamedImages
from benchmark.data.parts import Parts, divide, find_bad_part, name_parts, save_parts
from benchmark.data.repeats import check_repeats
from benchmark.data.sizes import count_splits
from benchmark.data.sources.published import PUBLISHED

if TYPE_CHECKING:
    from benchmark import config
    from benchmark.tracks.base.track import Source


def find_source(dataset: str, params: "config.Params") -> tuple["Source", bool]:
    """Find the source of a data set, or exit with one line that names the most similar one.

    A data set that params.yaml does not list is a built-in one.

    Returns:
        The source, and whether a network of the feature space is trained on the data set.
    """
    from benchmark import tracks

    block = None
    if dataset in params.datasets:
        name = params.datasets[dataset]
        track, block = tracks.load(name), params.tracks[name].datasets[dataset]
        if custom := track.custom_source(dataset, block):
            return custom, track.trains_extractor(block)
    loaded = [tracks.load(name) for name in tracks.names()]
    builtin = {name: track for track in loaded for name in track.sources()}
    if dataset not in builtin:
        hint = nearest(dataset, [*builtin, *params.datasets])
        stop(f"{quote_empty(dataset)}: expected a data set, got no such name; {hint}")
    track = builtin[dataset]
    return track.sources()[dataset], track.trains_extractor(block)


def check_files(params: "config.Params", datasets: Collection[str] | None = None) -> None:
    """Exit with one line for each data set whose folders or files are missing or empty.

    Published data sets, which are downloaded, are left out.

    Args:
        params: the parameters.
        datasets: names of data sets; None for all.
    """
    from benchmark import tracks

    is_complete = True
    for name, section in params.tracks.items():
        for dataset, block in section.datasets.items():
            if datasets is not None and dataset not in datasets:
                continue
            try:
                tracks.load(name).check_files(dataset, block)
            except SystemExit:  # its line is printed
                is_complete = False
    if not is_complete:
        raise SystemExit(1)


def check_pictures(dataset: str, parts: Parts) -> None:
    """Exit with one line if images are all equal, or if some are both trained on and held out.

    Args:
        dataset: name of the data set.
        parts: which have been written: only now are images of files known.
    """
    train, test = parts.train.images, parts.test.images
    if isinstance(train, ImageFiles):
        others = [part.images for part in (parts.validation, parts.extractor) if part is not None]
        read = [train, *others]
        check_repeats(
            (
                [file for each in read for file in each.files],
                [digest for each in read for digest in each.digests],
            ),
            (test.files, test.digests),
            is_published=dataset in PUBLISHED or parts.reference is not None,  # of a built-in one
        )
    for images, use in ((train, "train on"), (test, "hold out")):
        if len(images) > 1 and is_uniform(images):
            stop(
                f"{dataset}: expected images to {use} that differ, got {len(images)} equal ones;"
                " add others"
            )


def is_uniform(images: Any) -> bool:
    """Whether images ``(n, c, h, w)``, an array or streamed ones that were read, are all equal."""
    if isinstance(images, StreamedImages):
        return len(set(images.digests)) == 1
    return images.ndim == 4 and bool((images == images[:1]).all())


def prepare(dataset: str, params: "config.Params") -> None:
    """Write the splits of a data set, which need not be listed in params.yaml.

    Exits with one line if there is no such data set, or if its files are invalid.
    """
    from benchmark import tracks

    source, trains_extractor = find_source(dataset, params)
    parts = divide(source(), trains_extractor=trains_extractor)
    if dataset in params.datasets:
        name = params.datasets[dataset]
        counts = count_splits((parts.train, parts.test))
        section = params.tracks[name].for_dataset(dataset)
        if problems := tracks.load(name).find_size_mistakes(counts, section):
            stop(f"{dataset}: {problems[0]}")
    if problem := find_bad_part(parts):
        stop(f"{dataset}: {problem}")
    save_parts(dataset, parts)
    check_pictures(dataset, parts)
    for name, arrays in name_parts(parts).items():
        if name != "oracle":
            print(f"{dataset} {name}: {len(arrays.images)} of shape {arrays.images.shape[1:]}")
