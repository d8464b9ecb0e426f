"""params.yaml: schema, loading and validation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmark.config.runs import RECORDED, REFERENCES, RUNS, Run, find_references
from benchmark.config.schema import (
    FILE,
    Budget,
    Dataset,
    Features,
    LongRuns,
    Metrics,
    Params,
    Search,
    Study,
    TrackConfig,
    Training,
    model_keywords,
)
from benchmark.config.sources import Captions, Folder, Oracle, Photographs, TextFile
from benchmark.config.types import Section
from benchmark.config.variants import VariantConfig

__all__ = [
    "FILE",
    "RECORDED",
    "REFERENCES",
    "RUNS",
    "Budget",
    "Captions",
    "Dataset",
    "Features",
    "Folder",
    "LongRuns",
    "Metrics",
    "Oracle",
    "Params",
    "Photographs",
    "Run",
    "Search",
    "Section",
    "Study",
    "TextFile",
    "TrackConfig",
    "Training",
    "VariantConfig",
    "find_references",
    "load_params",
    "model_keywords",
    "parse_params",
]


# the loader is imported when it is called: stages get the parameters, and do not depend on it
def load_params(path: Path = FILE, *, is_checked: Callable[[Params], bool] | None = None) -> Params:
    """Read and validate the parameters, or exit with one line for each mistake.

    Args:
        path: of the file.
        is_checked: tells whether parameters that fit the schema were validated before; building all
            variants takes a second or two.
    """
    from benchmark.config import loader

    return loader.load_params(path, is_checked=is_checked)


def parse_params(raw: dict[str, Any]) -> Params:
    """Check the content of params.yaml against its schema.

    Raises:
        ValidationError: a key or a value does not fit.
    """
    from benchmark.config import loader

    return loader.parse_params(raw)
