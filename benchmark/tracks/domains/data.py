"""The data sets of the domains track."""

from benchmark.data.sources import domains
from benchmark.tracks.base.track import Source

SOURCES: dict[str, Source] = {**domains.SOURCES}
