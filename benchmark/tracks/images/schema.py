"""The section of the images track in params.yaml."""

from pydantic import Field

from benchmark.config.schema import Dataset, TrackConfig
from benchmark.config.sources import ImageFolder
from benchmark.config.types import Name, Switch


class ImagesDataset(Dataset):
    """A data set of images, possibly a user's folder.

    Attributes:
        folder: the images; None for a built-in data set.
        flips: whether training mirrors images horizontally at random.
    """

    folder: ImageFolder | None = None
    flips: Switch = False


class ImagesConfig(TrackConfig):
    """Images from noise, also like those of a user's folder."""

    datasets: dict[Name, ImagesDataset] = Field(default_factory=dict)  # type: ignore[assignment]
