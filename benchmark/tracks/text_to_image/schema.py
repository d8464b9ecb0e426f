"""The section of the text-to-image track in params.yaml."""

from pydantic import Field

from benchmark.config.schema import Dataset, Name, TrackConfig
from benchmark.config.sources import Captions


class TextToImageDataset(Dataset):
    """A data set of images with captions, possibly a user's folder."""

    folder: Captions | None = None


class TextToImageConfig(TrackConfig):
    """Captions to images."""

    datasets: dict[Name, TextToImageDataset] = Field(default_factory=dict)  # type: ignore[assignment]
