"""Mistakes in the section of the text track."""

from typing import Any

import gans
from benchmark.config.schema import TrackConfig, model_keywords
from benchmark.config.validation import without_weights
from benchmark.tracks.text.schema import TextDataset


def find_mistakes(config: TrackConfig) -> list[str]:
    """Find data sets of two sources, and variants that refuse their options."""
    problems = []
    for name, dataset in config.datasets.items():
        assert isinstance(dataset, TextDataset)
        if dataset.file and dataset.oracle:
            problems.append(
                f"text.datasets.{name}: expected a file or an oracle, got both; leave one of the"
                " two out"
            )
        for variant, entry in config.variants.items():
            try:
                kind: Any = gans.load(variant)
                with without_weights():
                    kind((12,), vocabulary=10, **model_keywords(dataset, entry))
            except ValueError as error:
                problems.append(f"text.variants.{variant}: {error}")
            except Exception:  # a variant that cannot be loaded is reported elsewhere
                continue
    return problems
