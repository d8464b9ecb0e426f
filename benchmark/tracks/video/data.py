"""The data sets of the video track."""

from benchmark.data.sources import videos
from benchmark.tracks.base.track import Source

SOURCES: dict[str, Source] = {**videos.SOURCES}
