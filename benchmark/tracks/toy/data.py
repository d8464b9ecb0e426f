"""The data sets of the toy track."""

from functools import partial

from benchmark.data.sizes import find_small_splits
from benchmark.data.sources import points
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(
    {name: partial(points.draw_parts, name) for name in points.SOURCES},
    count_samples=lambda name, block: points.COUNTS if name in points.SOURCES else None,
    find_size_mistakes=partial(find_small_splits, noun="points"),
)
