"""Image to image, with many correct outputs."""

from typing import Any

from benchmark.config.schema import TrackConfig
from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.base.track import Source


class Multimodal(ImageToImageTrack):
    """Images from images, with many correct outputs for one input."""

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.multimodal.data import SOURCES

        return SOURCES

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.multimodal.scoring import Scorer

        return Scorer(dataset, config.metrics)
