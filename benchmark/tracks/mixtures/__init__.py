"""Mixtures in the plane, with the networks and settings of PacGAN."""

from typing import TYPE_CHECKING, Any, ClassVar

from benchmark.config.runs import Run
from benchmark.tracks.base.track import ReferenceRows
from benchmark.tracks.toy import Toy

if TYPE_CHECKING:
    import numpy as np


class Mixtures(Toy):
    """Points of a mixture from noise, trained and scored as in PacGAN's table."""

    higher_is_better: ClassVar[dict[str, bool | None]] = {
        **Toy.higher_is_better,
        "modes_hit": True,
    }

    def reference_rows(self, dataset: str) -> ReferenceRows:
        """List the rows of the track toy, with noise in the scale of the data."""
        from benchmark.data.sources.points import SOURCES

        rows = super().reference_rows(dataset)

        def noise(dataset: str, seed: int) -> "tuple[np.ndarray, np.ndarray]":
            points, labels = rows["noise"](dataset, seed)
            return SOURCES[dataset].scale * points, labels

        return rows | {"noise": noise}

    def write_playground(self, variant: Any, run: Run) -> None:
        """Write no film: films show data of scale 1."""
