"""params.yaml: schema, loading and validation."""

from benchmark.config.loader import FILE, load, parse
from benchmark.config.runs import RUNS, Run
from benchmark.config.schema import (
    Dataset,
    Features,
    Metrics,
    Params,
    Search,
    Section,
    Study,
    TrackConfig,
    Training,
    VariantConfig,
    model_keywords,
)
from benchmark.config.sources import Captions, Folder, Oracle, Photographs, TextFile

__all__ = [
    "FILE",
    "RUNS",
    "Captions",
    "Dataset",
    "Features",
    "Folder",
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
    "load",
    "model_keywords",
    "parse",
]
