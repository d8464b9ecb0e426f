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
        "wasserstein": Metric("Wasserstein"),
        "modes": Metric("Modes", 1),
        "high_quality": Metric("High quality"),
        "jensen_shannon": Metric("JS divergence"),
        "mode_divergence": Metric("Mode divergence"),
        "class_accuracy": Metric("Class accuracy"),
        "reconstruction_error": Metric("Reconstruction error"),
    },
    shared="all points, from the same random numbers",
    facets=("loss",),  # all networks are multilayer perceptrons
    has_films=True,
    has_log_curve=False,  # the Jensen-Shannon divergence is bounded and far from 0
)
