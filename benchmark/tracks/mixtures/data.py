"""The data sets of the track of mixtures: those with modes, in any scale."""

from dataclasses import replace
from functools import partial

from benchmark.data.sources import points
from benchmark.tracks.toy.data import DATA_SETS as TOY

MIXTURES = [name for name, source in points.SOURCES.items() if source.modes is not None]
DATA_SETS = replace(TOY, sources={name: partial(points.draw_parts, name) for name in MIXTURES})
