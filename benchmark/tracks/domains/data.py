"""The data sets of the domains track."""

from benchmark.data.sizes import find_few_images
from benchmark.data.sources import domains
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(
    domains.SOURCES,
    count_samples=lambda name, block: domains.COUNTS.get(name),
    find_size_mistakes=find_few_images,
)
