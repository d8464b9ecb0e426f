"""Image to larger image."""

from typing import ClassVar

from benchmark.config.schema import Dataset, TrackConfig
from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.base.track import ReferenceRows, SampleShapes
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
        "kid": False,
        "mmd": False,
        "output_diversity": None,
    }
    headline = "perceptual"
    trains_content_network = True

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        folder = getattr(dataset, "folder", None)
        if folder is None:  # a built-in data set, whose scale may be another one
            return SampleShapes((3, 32, 32), (3, 16, 16))
        small = folder.side // folder.scale
        return SampleShapes((3, folder.side, folder.side), (3, small, small), is_exact=True)

    def needs_features(self, config: TrackConfig) -> bool:
        return True  # perceptual losses compare images in the content network

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation import references

        return references.unconditional_rows({"bicubic": references.bicubic})
