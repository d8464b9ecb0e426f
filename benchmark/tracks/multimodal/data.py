"""The data sets of the multimodal track."""

from benchmark.data.sources import multimodal
from benchmark.tracks.base.track import Source

SOURCES: dict[str, Source] = {**multimodal.SOURCES}
