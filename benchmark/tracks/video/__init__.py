"""Noise to clip."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Params, TrackConfig
from benchmark.tracks.base.track import ReferenceRows, Source, Track
from benchmark.tracks.images import Images

NAMES = {"fid": "fvd", "fid_infinity": "fvd_infinity"}  # the same distance, between clips


class Video(Track):
    """Clips from noise."""

    makes_clips = True

    higher_is_better: ClassVar[dict[str, bool | None]] = {
        NAMES.get(metric, metric): better
        for metric, better in Images.higher_is_better.items()
        if metric != "is"
    } | {
        "frame_fid": False,
        "motion": True,
        "path_distance": False,
        "content_consistency": True,
        "diversity": None,
    }
    headline = curve = "fvd"

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.video.data import SOURCES

        return SOURCES

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.tracks.video import checks

        return checks.find_mistakes(config)

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.video.scoring import Scorer

        return Scorer(dataset, config.metrics)

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation.references import unconditional_rows
        from benchmark.tracks.video.references import shuffled, still

        return unconditional_rows() | {"still": still, "shuffled": shuffled}

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.video import pictures

        pictures.save(samples, path)
