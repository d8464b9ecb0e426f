"""Noise to sentence."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Dataset, Params
from benchmark.tracks.base.track import SampleShapes, Track
from benchmark.tracks.text.schema import TextConfig

ORDERS = (2, 3, 4, 5)  # of BLEU
LENGTH = 12  # of sentences that variants are built on; the longest of a data set may differ


class Text(Track):
    """Sentences from noise, also of an oracle or a user's file."""

    schema = TextConfig
    # None: neither direction is better; compare with the held-out sentences
    higher_is_better: ClassVar[dict[str, bool | None]] = {
        "jaccard_distance": False,
        "fed": False,
        "nll_oracle": False,
        "nll_gen": False,
        "valid": True,
        **dict.fromkeys((f"bleu_{n}" for n in ORDERS), True),
        **dict.fromkeys((f"self_bleu_{n}" for n in ORDERS), None),
        "novelty": None,
        "uniqueness": None,
        "length_distance": False,
    }
    headline = curve = "jaccard_distance"

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        return SampleShapes((LENGTH,), is_exact=True)

    def trains_extractor(self, dataset: Dataset | None) -> bool:
        return True

    def save_moments(self, snapshots: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.text import pictures

        pictures.save_moments(snapshots, scorer, path)

    def write_features(self, dataset: str, params: Params) -> None:
        from benchmark.features import features

        features.write_language_model(dataset, params)
