"""The section of the images track in params.yaml."""

from pydantic import Field, model_validator

from benchmark.config.schema import Dataset, TrackConfig
from benchmark.config.sources import ImageFolder, Subset
from benchmark.config.types import Name, Switch


class ImagesDataset(Dataset):
    """A data set of images, possibly a user's folder or a subset of a built-in data set.

    Attributes:
        folder: the images; None for a built-in data set.
        subset: the data set whose images it has, and the number to train on.
        flips: whether training mirrors images horizontally at random.
    """

    folder: ImageFolder | None = None
    subset: Subset | None = None
    flips: Switch = False

    @model_validator(mode="after")
    def _has_one_source(self) -> "ImagesDataset":
        if self.folder and self.subset:
            raise ValueError("expected either folder or subset, got both; delete one")
        return self


class ImagesConfig(TrackConfig):
    """Images from noise, also like those of a user's folder."""

    datasets: dict[Name, ImagesDataset] = Field(default_factory=dict)  # type: ignore[assignment]
