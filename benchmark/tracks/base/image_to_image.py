"""The base class of tracks from images to images."""

from typing import ClassVar

from benchmark.config.schema import TrackConfig
from benchmark.tracks.base.classifier import ClassifierTrack
from benchmark.tracks.base.schema import LikenessConfig
from benchmark.tracks.base.track import ReferenceRows
from benchmark.tracks.images import Images


class ImageToImageTrack(ClassifierTrack):
    """A track from images to images with known ground truth."""

    schema: type[TrackConfig] = LikenessConfig
    higher_is_better: ClassVar[dict[str, bool | None]] = Images.higher_is_better | {
        "perceptual": False,
        "lpips": False,
        "l1": False,
        "psnr": True,
        "ssim": True,
        "output_diversity": None,
    }
    headline = curve = "fid"

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation import references

        return references.unconditional_rows({"identity": references.identity})
