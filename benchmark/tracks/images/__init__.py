"""Noise to image."""

from typing import Any, ClassVar

from benchmark.config.runs import Run
from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.tracks.base.classifier import ClassifierTrack
from benchmark.tracks.base.track import SampleShapes
from benchmark.tracks.images.schema import ImagesConfig, ImagesDataset

# metrics of images from noise only
FURTHER_CLASSIFIERS = ("classifier_2_fid", "classifier_3_fid")


class Images(ClassifierTrack):
    """Images from noise."""

    # None: neither direction is better; compare with the held-out images
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "is": True,
        "fid": False,
        "pooled_fid": False,
        "kid": False,
        "mmd": False,
        "precision": True,
        "recall": True,
        "density": True,
        "coverage": True,
        "clipped_density": True,
        "clipped_coverage": True,
        "vendi": None,
        "fld": False,
        "authenticity": None,
        "nearest_ratio": None,
        "modes": True,
        "label_divergence": False,
        "class_accuracy": True,
        "intra_fid": False,
        "reconstruction_error": False,
        "classifier_2_fid": False,
        "classifier_3_fid": False,
        "random_fid": False,
        "random_precision": True,
        "random_recall": True,
        "random_density": True,
        "random_coverage": True,
    }
    headline = curve = "fid"
    schema = ImagesConfig
    trains_further_classifiers = True

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        assert isinstance(dataset, ImagesDataset)
        if dataset.folder:
            side = dataset.folder.side
            return SampleShapes((1 if dataset.folder.grey else 3, side, side), is_exact=True)
        from benchmark.data.sources import images

        shape = images.SHAPES.get(dataset.subset.of if dataset.subset else name)
        return SampleShapes(shape, is_exact=True) if shape else super().sample_shapes(name, dataset)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.tracks.images import checks

        return checks.find_mistakes(self.name, config)

    def write_playground(self, variant: Any, run: Run) -> None:
        from benchmark.tracks.images import pictures

        pictures.write_playground(variant, run)
