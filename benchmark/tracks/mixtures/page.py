"""Presentation of mixtures in the plane on the site."""

from dataclasses import replace

from benchmark.tracks.base.page import Metric
from benchmark.tracks.toy.page import PAGE as TOY

PAGE = replace(
    TOY,
    title="Mixtures with PacGAN's settings",
    headline_metrics=("wasserstein", "modes_hit", "high_quality", "mode_divergence"),
    metrics={**TOY.metrics, "modes_hit": Metric("Modes hit", 1, None)},
    has_films=False,
)
