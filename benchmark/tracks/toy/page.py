"""Presentation of points in the plane on the site."""

from benchmark.tracks.base.page import Metric, Page

PAGE = Page(
    title="Points in the plane",
    samples="points in the plane",
    unit="points",
    form="picture",
    headline_metrics=("wasserstein", "modes", "high_quality", "jensen_shannon"),
    label_metrics=("class_accuracy",),
    metrics={
        "wasserstein": Metric("Wasserstein", part="drawn"),
        "modes": Metric("Modes", 1, None),
        "high_quality": Metric("High quality", part=None),
        "jensen_shannon": Metric("JS divergence", part="drawn"),
        "mode_divergence": Metric("Mode divergence", part=None),
        "class_accuracy": Metric("Class accuracy", part=None),
        "reconstruction_error": Metric("Reconstruction error", part="test"),
    },
    shared="all points, from the same random numbers",
    facets=("loss",),  # all networks are multilayer perceptrons
    has_films=True,
    has_log_curve=False,  # the Jensen-Shannon divergence is bounded and far from 0
)
