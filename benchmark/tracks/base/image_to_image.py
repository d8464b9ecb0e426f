"""The base class of tracks from images to images."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from benchmark.config.runs import Run
from benchmark.config.schema import Params, TrackConfig
from benchmark.tracks.base.classifier import ClassifierTrack
from benchmark.tracks.base.schema import LikenessConfig
from benchmark.tracks.base.track import ReferenceRows
from benchmark.tracks.images import FURTHER_CLASSIFIERS, Images

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class ImageToImageTrack(ClassifierTrack):
    """A track from images to images with known ground truth."""

    schema: type[TrackConfig] = LikenessConfig
    # no likelihood of held-out images, of which the outputs are made
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        name: better
        for name, better in Images.higher_is_better.items()
        if name not in ("fld", "pooled_fid", *FURTHER_CLASSIFIERS)
    } | {
        "perceptual": False,
        "lpips": False,
        "l1": False,
        "psnr": True,
        "ssim": True,
        "output_diversity": None,
    }
    headline = curve = "fid"

    def load_perceptual_layers(
        self, run: Run, settings: Params, shape: tuple[int, ...], device: "torch.device"
    ) -> "Callable[[Tensor], list[Tensor]]":
        from benchmark.features import perceptual

        return perceptual.load_perceptual_layers(run, settings, shape, device)

    def describe_perceptual_network(self, run: Run, settings: Params) -> dict[str, str]:
        from benchmark.features import perceptual

        return perceptual.describe_perceptual_network(run, settings)

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation import references

        return references.unconditional_rows({"identity": references.identity})
