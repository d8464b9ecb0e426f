"""Presentation of one-to-many image translation on the site."""

from dataclasses import replace

from benchmark.tracks.translation import page as translation

PAGE = replace(
    translation.PAGE,
    title="Image to many images",
    samples="images translated one-to-many",
    headline_metrics=("fid", "output_diversity", "class_accuracy", "perceptual"),
)
