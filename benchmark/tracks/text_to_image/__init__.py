"""Caption to image."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.tracks.base.track import ReferenceRows, Source, Track
from benchmark.tracks.images import Images
from benchmark.tracks.text_to_image.schema import TextToImageConfig, TextToImageDataset


class TextToImage(Track):
    """Images drawn for captions, also for those of a folder of the user's."""

    schema = TextToImageConfig
    higher_is_better: ClassVar[dict[str, bool | None]] = Images.higher_is_better | {
        "r_precision": True,
        "attribute_accuracy": True,
        "weight_accuracy": True,
        "slant_accuracy": True,
        "colour_accuracy": True,
        "output_diversity": None,
    }
    # FID sees all images together: those of other captions, or training images, would be the best
    headline = "r_precision"
    curve = "fid"

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.text_to_image.data import SOURCES

        return SOURCES

    def user_files(self, name: str, dataset: Dataset) -> str | None:
        from benchmark.tracks.text_to_image import data

        return data.user_files(name, dataset)

    def custom_source(self, name: str, dataset: Dataset) -> Source | None:
        from benchmark.tracks.text_to_image import data

        return data.custom_source(name, dataset)

    def check_size(self, name: str, splits: Any, config: TrackConfig) -> None:
        from benchmark.data.prepare import check_image_count

        check_image_count(name, splits, config)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        return [
            f"{self.name}.datasets.{name}.feature_space: a list of captions has no classes to train"
            " a classifier on; write inception or dinov2"
            for name, dataset in config.datasets.items()
            if isinstance(dataset, TextToImageDataset)
            and dataset.folder
            and dataset.folder.captions
            and dataset.feature_space == "classifier"
        ]

    def needs_features(self, config: TrackConfig) -> bool:
        return True  # generators are fed the pinned encoder of captions

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.text_to_image.scoring import Scorer

        return Scorer(dataset, config.metrics)

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation.references import unconditional_rows
        from benchmark.tracks.text_to_image.references import mismatched

        return unconditional_rows() | {"mismatched": mismatched}

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.images import pictures

        pictures.save(samples, path)
