"""The data sets of the images track."""

from benchmark.data.sizes import find_few_images
from benchmark.data.sources import images
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(
    images.SOURCES,
    count_samples=lambda name, block: images.COUNTS.get(name),
    find_size_mistakes=find_few_images,
)
