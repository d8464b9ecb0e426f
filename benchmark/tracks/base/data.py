"""The data sets of a track."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmark.config.schema import TrackConfig
from benchmark.data.sizes import Counts, find_small_splits

Source = Callable[[], Any]  # loads the splits of a data set


@dataclass(frozen=True)
class DataSets:
    """The data sets of a track: its module ``data`` defines one object, ``DATA_SETS``.

    The functions concern files of the user; a block is that of a data set in params.yaml, of the
    class that the schema of the track names.

    Attributes:
        sources: the built-in data sets.
        user_files: of a name and a block, the key with the path of the user's files, or the key
            that makes a new data set in another way, if any.
        custom_source: of a name and a block, the source that the block describes, if any.
        check_files: of a name and a block, exits with one line if a folder or a file of the user
            is missing or empty, without reading the samples.
        count_samples: of a name and a block, the numbers of samples, where they are known without
            downloads and without reading the samples.
        find_size_mistakes: tells in one line each, without the place, why numbers of samples are
            too small to train and score on.
    """

    sources: Mapping[str, Source]
    user_files: Callable[[str, Any], str | None] = lambda name, block: None
    custom_source: Callable[[str, Any], Source | None] = lambda name, block: None
    check_files: Callable[[str, Any], None] = lambda name, block: None
    count_samples: Callable[[str, Any], Counts | None] = lambda name, block: None
    find_size_mistakes: Callable[[Counts, TrackConfig], list[str]] = find_small_splits
