"""The section of the super-resolution track in params.yaml."""

from pydantic import Field

from benchmark.config.sources import Photographs
from benchmark.config.types import Name
from benchmark.tracks.base.schema import ComparedDataset, LikenessConfig


class SuperresolutionDataset(ComparedDataset):
    """A data set of photographs, built in or in a user's folders."""

    folder: Photographs | None = None


class SuperresolutionConfig(LikenessConfig):
    """Images to larger images."""

    datasets: dict[Name, SuperresolutionDataset] = Field(default_factory=dict)  # type: ignore[assignment]
