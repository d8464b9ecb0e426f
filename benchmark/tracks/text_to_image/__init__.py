"""Caption to image."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from benchmark.config.schema import Params, TrackConfig
from benchmark.tracks.base.classifier import ClassifierTrack
from benchmark.tracks.base.track import ReferenceRows
from benchmark.tracks.images import FURTHER_CLASSIFIERS, Images
from benchmark.tracks.text_to_image.schema import TextToImageConfig, TextToImageDataset

if TYPE_CHECKING:
    from torch import Tensor


class TextToImage(ClassifierTrack):
    """Images drawn for captions, also for those of a folder of the user's."""

    schema = TextToImageConfig
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        metric: better
        for metric, better in Images.higher_is_better.items()
        if metric not in ("pooled_fid", *FURTHER_CLASSIFIERS)
    } | {
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

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        return [
            f"{self.name}.datasets.{name}.feature_space: expected a feature space without classes,"
            " as a list of captions has none, got classifier; write inception or dinov2"
            for name, dataset in config.datasets.items()
            if isinstance(dataset, TextToImageDataset)
            and dataset.folder
            and dataset.folder.captions
            and dataset.feature_space == "classifier"
        ]

    def needs_features(self, config: TrackConfig) -> bool:
        return True  # generators are fed the pinned encoder of captions

    def load_caption_encoder(self, dataset: str) -> "dict[str, Tensor]":
        from benchmark.features import features

        return features.load_caption_encoder_weights(dataset)

    def save_conditions(self, dataset: str, folder: Path) -> None:
        from benchmark.tracks.text_to_image import pictures

        pictures.save_captions(dataset, folder / "captions.txt")

    def reference_rows(self, dataset: str) -> ReferenceRows:
        from benchmark.evaluation.references import unconditional_rows
        from benchmark.tracks.text_to_image.references import mismatched

        return unconditional_rows() | {"mismatched": mismatched}
