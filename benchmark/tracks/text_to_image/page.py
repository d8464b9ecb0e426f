"""Presentation of images generated from captions on the site."""

from benchmark.tracks.base.page import REFERENCES, Metric, Page
from benchmark.tracks.images import page as images

PAGE = Page(
    title="Text to image",
    samples="images generated from captions",
    unit="images",
    form="images",
    condition="captions",
    headline_metrics=("r_precision", "class_accuracy", "attribute_accuracy", "fid"),
    metrics=images.METRICS
    | {
        "output_diversity": Metric("Output diversity", part=None),
        "r_precision": Metric("R-precision", part="test"),
        "attribute_accuracy": Metric("Attribute accuracy", part=None),
        "weight_accuracy": Metric("Weight accuracy", part=None),
        "slant_accuracy": Metric("Slant accuracy", part=None),
        "colour_accuracy": Metric("Colour accuracy", part=None),
    },
    references=REFERENCES
    | {
        "held_out": "The real images of the captions, which no model saw in training.",
        "mismatched": "Held-out images, each with the caption of another image: FID of real"
        " images, but captions that match only by chance.",
    },
    shared="the first samples, from the same captions in the same places",
    column="the same caption each time",
)
