"""The data sets of the toy track."""

from functools import partial

from benchmark.data.sizes import find_small_splits
from benchmark.data.sources import points
from benchmark.tracks.base.data import DataSets

SHOWN = [name for name, source in points.SOURCES.items() if source.scale == 1]  # by films
DATA_SETS = DataSets(
    {name: partial(points.draw_parts, name) for name in SHOWN},
    count_samples=lambda name, block: points.count_points(name),
    find_size_mistakes=partial(find_small_splits, noun="points"),
)
