"""The section of the translation track in params.yaml."""

from pydantic import Field

from benchmark.config.sources import Folder
from benchmark.config.types import Name
from benchmark.tracks.base.schema import ComparedDataset, LikenessConfig


class TranslationDataset(ComparedDataset):
    """A data set of pairs, possibly a user's folder."""

    folder: Folder | None = None


class TranslationConfig(LikenessConfig):
    """Images to images, also from a user's folder."""

    datasets: dict[Name, TranslationDataset] = Field(default_factory=dict)  # type: ignore[assignment]
