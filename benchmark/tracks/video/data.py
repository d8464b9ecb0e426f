"""The data sets of the video track."""

from benchmark.data.sources import videos
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(videos.SOURCES)
