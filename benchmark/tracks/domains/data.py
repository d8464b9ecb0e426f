"""The data sets of the domains track."""

from benchmark.data.sources import domains
from benchmark.tracks.base.data import DataSets

DATA_SETS = DataSets(domains.SOURCES)
