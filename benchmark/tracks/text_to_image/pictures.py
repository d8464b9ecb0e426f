"""Save samples as a picture, as those of the images track."""

from benchmark.tracks.images.pictures import save

__all__ = ["save"]
