"""Natural images from noise, with the settings of papers."""

from benchmark.tracks.images import Images


class NaturalImages(Images):
    """Photographs from noise; the variants have the networks and settings of their papers."""
