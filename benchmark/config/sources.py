"""Options of the data sources that read a user's folders and files."""

from typing import Annotated, Literal

from pydantic import Field

from benchmark.config.schema import Count, Section, Switch
from benchmark.data.sources.downloads import Target


class Folder(Section):
    """Where the images of a data set lie and how; see `benchmark.data.sources.folders`.

    Of a downloaded one, ``path`` and ``paired`` are known, and ``target`` is unless it is given.
    """

    path: Annotated[str, Field(min_length=1, strict=True)] | None = None
    paired: Switch | None = None
    target: Target | None = None
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64  # networks halve it again and again


class Photographs(Section):
    """Photographs to train and to test on, and how they are cut.

    See `benchmark.data.sources.photo_folders`.

    ``train`` and ``test`` are paths of folders, or names of ``downloads.PHOTOS``.
    """

    train: Annotated[str, Field(min_length=1, strict=True)]
    test: Annotated[str, Field(min_length=1, strict=True)]
    scale: Literal[2, 3, 4]
    side: Literal[24, 32, 48, 64, 96, 128, 192, 256] = 96
    patches: Count = 32_000


class Captions(Section):
    """Where images with captions lie and how; see `benchmark.data.sources.caption_folders`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    captions: Annotated[str, Field(min_length=1, strict=True)] | None = None
    each: Count = 5  # captions of an image that are taken, the first ones
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64


class Oracle(Section):
    """A random LSTM that draws sentences; see `benchmark.data.sources.oracle`.

    ``weights`` is the path of a file that holds it; without one, it is drawn, with 500 tokens if
    ``vocabulary`` does not say how many.
    """

    vocabulary: Annotated[int, Field(gt=1, strict=True)] | None = None
    length: Annotated[int, Field(gt=1, strict=True)] = 12
    sequences: Count = 10_000
    weights: Annotated[str, Field(min_length=1, strict=True)] | None = None


class TextFile(Section):
    """A file with one sentence a line; see `benchmark.data.sources.text_files`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    by: Literal["word", "character"] = "word"
    length: Annotated[int, Field(gt=1, strict=True)] = 32
    vocabulary: Annotated[int, Field(gt=2, strict=True)] = 5_000
