"""Select the data sets that the stage `sensitivity` measures."""

from typing import Any

from benchmark.config.schema import Params

TRACK = "images"
LARGEST_SIDE = 32  # pixels; the networks take minutes to embed larger images


def list_sensitivity_datasets(params: Params) -> list[str]:
    """List the data sets of small images with classes, in the order of params.yaml.

    These are the data sets of the track ``images`` in the feature space of a classifier, without
    folders of images larger than 32x32: built-in images with classes are at most as large. The
    training images of a subset are too few to compare with.
    """
    section = params.tracks.get(TRACK)
    blocks: dict[str, Any] = dict(section.datasets) if section else {}
    return [
        name
        for name, block in blocks.items()
        if block.feature_space == "classifier"
        and block.subset is None
        and (block.folder is None or block.folder.side <= LARGEST_SIDE)
    ]
