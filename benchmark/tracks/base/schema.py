"""Sections of params.yaml that several tracks share."""

from typing import Literal

from benchmark.config.schema import Dataset, Metrics, TrackConfig


class LikenessMetrics(Metrics):
    """Parameters of the metrics that compare images with the truth."""

    lpips: Literal["alex", "vgg"] | None = None


class ComparedDataset(Dataset):
    """A data set of images made from others, and the network of perceptual losses."""

    perceptual: Literal["classifier", "vgg19"] = "classifier"


class LikenessConfig(TrackConfig):
    """Images to images for which the truth is known."""

    metrics: LikenessMetrics = LikenessMetrics()  # type: ignore[assignment]
