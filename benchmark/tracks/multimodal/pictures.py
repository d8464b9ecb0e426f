"""Save outputs with their inputs and ground truth as a picture, as those of translation."""

from benchmark.tracks.translation.pictures import save

__all__ = ["save"]
