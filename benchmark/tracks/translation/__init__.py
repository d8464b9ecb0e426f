"""Image to image, with one correct output."""

from typing import Any

from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.base.track import Source
from benchmark.tracks.translation.schema import (
    TranslationConfig,
)


class Translation(ImageToImageTrack):
    """Images from images, also from a user's folders."""

    schema = TranslationConfig

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.translation.data import SOURCES

        return SOURCES

    def user_files(self, name: str, dataset: Dataset) -> str | None:
        from benchmark.tracks.translation import data

        return data.user_files(name, dataset)

    def custom_source(self, name: str, dataset: Dataset) -> Source | None:
        from benchmark.tracks.translation import data

        return data.custom_source(name, dataset)

    def check_size(self, name: str, splits: Any, config: TrackConfig) -> None:
        from benchmark.data.prepare import check_image_count

        check_image_count(name, splits, config)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.tracks.translation import checks

        return checks.find_mistakes(config)
