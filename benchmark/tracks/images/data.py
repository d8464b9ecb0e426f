"""The data sets of the images track."""

from benchmark.data.sources import images
from benchmark.tracks.base.track import Source

SOURCES: dict[str, Source] = {**images.SOURCES}
