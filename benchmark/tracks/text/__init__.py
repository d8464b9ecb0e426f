"""Noise to sentence."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.tracks.base.track import Source, Track
from benchmark.tracks.text.schema import TextConfig

ORDERS = (2, 3, 4, 5)  # of BLEU


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

    def sources(self) -> dict[str, Source]:
        from benchmark.tracks.text.data import SOURCES

        return SOURCES

    def user_files(self, name: str, dataset: Dataset) -> str | None:
        from benchmark.tracks.text import data

        return data.user_files(name, dataset)

    def custom_source(self, name: str, dataset: Dataset) -> Source | None:
        from benchmark.tracks.text import data

        return data.custom_source(name, dataset)

    def check_size(self, name: str, splits: Any, config: TrackConfig) -> None:
        from benchmark.data.prepare import check_sentence_count

        check_sentence_count(name, splits, config)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.tracks.text import checks

        return checks.find_mistakes(config)

    def write_features(self, dataset: str, params: Params) -> None:
        from benchmark.features import features

        features.write_language_model(dataset, params)

    def scorer(self, dataset: str, config: TrackConfig) -> Any:
        from benchmark.tracks.text.scoring import Scorer

        return Scorer(dataset, config.metrics)  # type: ignore[arg-type]

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        from benchmark.tracks.text import pictures

        pictures.save(samples, scorer, path)
