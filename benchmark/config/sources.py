"""Options of data sources that read a user's folders and files."""

from typing import Annotated, Literal

from pydantic import Field

from benchmark.config.types import Count, Name, Section, Switch

Target = Literal["left", "right", "A", "B"]  # the half of a file, or the folder, to generate


class Folder(Section):
    """Path and layout of a folder of images; see `benchmark.data.sources.folders`.

    Downloaded data sets define ``path``, ``paired`` and a default of ``target``.
    """

    path: Annotated[str, Field(min_length=1, strict=True)] | None = None
    paired: Switch | None = None
    target: Target | None = None
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64  # networks halve it repeatedly


class ImageFolder(Section):
    """Path and sizes of a folder of images; see `benchmark.data.sources.class_folders`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    side: Literal[8, 16, 28, 32, 48, 64, 96, 128, 256, 512] = 64
    grey: Switch = False  # whether images become greyscale instead of RGB


class Subset(Section):
    """A data set of images, and how many of its images variants train on.

    ``of`` is the name of a built-in data set; see `benchmark.data.sources.images`. ``images`` is
    None for all its images to train on.
    """

    of: Name
    images: Count | None = None


class Photographs(Section):
    """Photographs for training and testing, and the sizes of their patches.

    See `benchmark.data.sources.photo_folders`.

    ``train`` and ``test`` are paths of folders, or names of ``photo_folders.NAMES``.
    """

    train: Annotated[str, Field(min_length=1, strict=True)]
    test: Annotated[str, Field(min_length=1, strict=True)]
    scale: Literal[2, 3, 4]
    side: Literal[24, 32, 48, 64, 96, 128, 192, 256] = 96
    patches: Count = 32_000


class Captions(Section):
    """Path and layout of images with captions; see `benchmark.data.sources.caption_folders`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    captions: Annotated[str, Field(min_length=1, strict=True)] | None = None
    each: Count = 5  # captions used per image: the first ones
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64


class Oracle(Section):
    """A random LSTM that generates sentences; see `benchmark.data.sources.oracle`.

    ``weights`` is the path of its file; without one its weights are random, and ``vocabulary``
    defaults to 500 tokens.
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
