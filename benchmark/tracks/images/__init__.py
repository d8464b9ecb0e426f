"""Noise to image."""

from typing import Any, ClassVar

from benchmark.config.runs import Run
from benchmark.tracks.base.classifier import ClassifierTrack


class Images(ClassifierTrack):
    """Images from noise."""

    # None: neither direction is better; compare with the held-out images
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "is": True,
        "fid": False,
        "fid_infinity": False,
        "kid": False,
        "mmd": False,
        "precision": True,
        "recall": True,
        "density": True,
        "coverage": True,
        "authenticity": None,
        "nearest_ratio": None,
        "modes": True,
        "label_divergence": False,
        "class_accuracy": True,
        "intra_fid": False,
        "reconstruction_error": False,
    }
    headline = curve = "fid"

    def write_playground(self, variant: Any, run: Run) -> None:
        from benchmark.tracks.images import pictures

        pictures.write_playground(variant, run)
