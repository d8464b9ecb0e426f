"""The data sets of the multimodal track."""

from benchmark.data.sources import multimodal
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(multimodal.SOURCES)
