"""How the site shows images of which many are right for one input."""

from dataclasses import replace

from benchmark.tracks.translation import page as translation

PAGE = replace(
    translation.PAGE,
    title="Image to many images",
    samples="images made from images that leave a choice",
    headline_metrics=("fid", "output_diversity", "class_accuracy", "perceptual"),
)
