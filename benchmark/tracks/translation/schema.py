"""The section of the translation track in params.yaml."""

from typing import Literal

from pydantic import Field

from benchmark.config.schema import Dataset, Metrics, Name, TrackConfig
from benchmark.config.sources import Folder


class LikenessMetrics(Metrics):
    """Parameters of the metrics that compare images with the truth."""

    lpips: Literal["alex", "vgg"] | None = None


class ComparedDataset(Dataset):
    """A data set of images made from others, and the network of perceptual losses."""

    perceptual: Literal["classifier", "vgg19"] = "classifier"


class TranslationDataset(ComparedDataset):
    """A data set of pairs, which may be a folder of the user's."""

    folder: Folder | None = None


class LikenessConfig(TrackConfig):
    """Images to images for which the truth is known."""

    metrics: LikenessMetrics = LikenessMetrics()  # type: ignore[assignment]


class TranslationConfig(LikenessConfig):
    """Images to images, also those of a folder of the user's."""

    datasets: dict[Name, TranslationDataset] = Field(default_factory=dict)  # type: ignore[assignment]
