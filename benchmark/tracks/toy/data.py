"""The data sets of the toy track."""

from functools import partial

from benchmark.data.sources import points
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets({name: partial(points.draw_splits, name) for name in points.SOURCES})
