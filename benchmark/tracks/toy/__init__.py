"""Noise to points in the plane, where mode collapse is visible and measurable."""

from typing import Any, ClassVar

from benchmark.config.runs import Run
from benchmark.config.schema import Dataset, Params
from benchmark.tracks.base.track import SampleShapes, Track
from benchmark.tracks.toy.schema import ToyConfig


class Toy(Track):
    """Points in the plane from noise."""

    schema = ToyConfig
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "modes": True,
        "high_quality": True,
        "mode_divergence": False,
        "wasserstein": False,
        "jensen_shannon": False,
        "class_accuracy": True,
        "reconstruction_error": False,
    }
    headline = "wasserstein"
    curve = "jensen_shannon"

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        return SampleShapes((2,), is_exact=True)

    def write_features(self, dataset: str, params: Params) -> None:
        from benchmark.features import features

        features.write_without_network(dataset, space="plane")

    def write_playground(self, variant: Any, run: Run) -> None:
        from benchmark.tracks.toy import pictures

        pictures.write_playground(run)
