"""The section of the toy track in params.yaml."""

from benchmark.config.schema import TrackConfig
from benchmark.config.types import Count, Section


class PlaneMetrics(Section):
    """Parameters of the metrics of points; see the comments in params.yaml."""

    wasserstein_points: Count = 500
    bins: Count = 60


class ToyConfig(TrackConfig):
    """Noise to points in the plane."""

    metrics: PlaneMetrics = PlaneMetrics()  # type: ignore[assignment]
