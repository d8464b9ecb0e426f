"""The data sets of the multimodal track."""

from benchmark.data.sizes import find_few_images
from benchmark.data.sources import multimodal
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(
    multimodal.SOURCES,
    count_samples=lambda name, block: multimodal.COUNTS.get(name),
    find_size_mistakes=find_few_images,
)
