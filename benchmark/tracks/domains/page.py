"""Presentation of translation to several domains on the site."""

from dataclasses import replace

from benchmark.tracks.base.page import Metric
from benchmark.tracks.translation import page as translation

PAGE = replace(
    translation.PAGE,
    title="Image to several domains",
    samples="images translated to another domain",
    headline_metrics=("perceptual", "psnr", "domain_accuracy", "fid"),
    metrics=translation.METRICS | {"domain_accuracy": Metric("Domain accuracy", part=None)},
)
