"""Image to larger image."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.base.track import ReferenceRows, Source
from benchmark.tracks.superresolution.schema import SuperresolutionConfig


class Superresolution(ImageToImageTrack):
    """Photographs made from smaller ones, also those of the user's folders."""

    schema = SuperresolutionConfig
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "perceptual": False,
        "lpips": False,
        "psnr_y": True,
        "ssim_y": True,
        "psnr": True,
        "ssim": True,
        "fid": False,
        "fid_infinity": False,
        "kid": False,
        "mmd": False,
        "output_diversity": None,
    }
    headline = "perceptual"

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.superresolution.data import SOURCES

        return SOURCES

    def user_files(self, name: str, dataset: Dataset) -> str | None:
        from benchmark.tracks.superresolution import data

        return data.user_files(name, dataset)

    def custom_source(self, name: str, dataset: Dataset) -> Source | None:
        from benchmark.tracks.superresolution import data

        return data.custom_source(name, dataset)

    def check_size(self, name: str, splits: Any, config: TrackConfig) -> None:
        from benchmark.data.prepare import check_image_count

        check_image_count(name, splits, config)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.tracks.superresolution import checks

        return checks.find_mistakes(config)

    def needs_features(self, config: TrackConfig) -> bool:
        return True  # perceptual losses compare images in the pinned classifier

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.superresolution.scoring import Scorer

        return Scorer(dataset, config.metrics)

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation import references

        return references.unconditional_rows({"bicubic": references.bicubic})

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.superresolution import pictures

        pictures.save(samples, scorer, path)
