"""The data sets of the images track."""

from benchmark.data.sources import images
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(images.SOURCES)
