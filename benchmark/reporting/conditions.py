"""Conditions of rows: only rows with the same condition are ranked against each other."""

import gans

# values of the column `condition`, in the order of the groups of a leaderboard
CONDITIONS = ("none", "labels", "images", "captions")


def find_condition(variant: str) -> str:
    """Find the condition of the samples of a variant, one of `CONDITIONS`.

    A variant that learns its categories without the labels of the data has the condition ``none``.

    Raises:
        KeyError: no variant has that name.
    """
    # imported late: they import torch
    from gans.common.captions import TextToImage
    from gans.common.variant import Conditional, ImageToImage

    kind = gans.load(variant)
    if issubclass(kind, Conditional):
        return "labels" if kind.has_labels else "none"
    bases = {"images": ImageToImage, "captions": TextToImage}
    return next((name for name, base in bases.items() if issubclass(kind, base)), "none")
