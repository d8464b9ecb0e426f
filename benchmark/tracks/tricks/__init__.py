"""Tricks of the trade on images."""

from benchmark.tracks.images import Images


class Tricks(Images):
    """Images from noise; each variant changes one thing of the base."""

    trains_further_classifiers = False
