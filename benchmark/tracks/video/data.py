"""The data sets of the video track."""

from functools import partial

from benchmark.data.sizes import find_few_images
from benchmark.data.sources import videos
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(
    videos.SOURCES,
    count_samples=lambda name, block: videos.COUNTS.get(name),
    find_size_mistakes=partial(find_few_images, noun="clips"),
)
