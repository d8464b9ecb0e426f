"""Noise to clip."""

from typing import ClassVar

from benchmark.config.schema import Dataset
from benchmark.tracks.base.classifier import ClassifierTrack
from benchmark.tracks.base.track import ReferenceRows, SampleShapes
from benchmark.tracks.images import FURTHER_CLASSIFIERS, Images

NAMES = {"fid": "fvd", "pooled_fid": "pooled_fvd"}  # the same distance, between clips


class Video(ClassifierTrack):
    """Clips from noise."""

    makes_clips = True

    higher_is_better: ClassVar[dict[str, bool | None]] = {
        NAMES.get(metric, metric): better
        for metric, better in Images.higher_is_better.items()
        if metric not in ("is", *FURTHER_CLASSIFIERS) and not metric.startswith("random_")
    } | {
        "frame_fid": False,
        "motion": True,
        "path_distance": False,
        "content_consistency": True,
        "diversity": None,
    }
    headline = curve = "fvd"

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        return SampleShapes((1, 16, 16, 16))

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation.references import unconditional_rows
        from benchmark.tracks.video.references import shuffled, still

        return unconditional_rows() | {"still": still, "shuffled": shuffled}
