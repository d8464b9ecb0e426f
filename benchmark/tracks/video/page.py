"""How the site shows clips."""

from benchmark.tracks.base.page import REFERENCES, Metric, Page
from benchmark.tracks.images import page as images

PAGE = Page(
    title="Video",
    samples="clips of things that move",
    unit="clips",
    form="clips",
    headline_metrics=("fvd", "frame_fid", "motion", "content_consistency"),
    metrics={
        "fvd": Metric("FVD", 2),
        "frame_fid": Metric("Frame FID", 2),
        "motion": Metric("Motion"),
        "content_consistency": Metric("Content consistency"),
        **{name: metric for name, metric in images.METRICS.items() if "fid" not in name},
        "intra_fid": Metric("Intra-FID", 2),
        "path_distance": Metric("Path distance", 2),
        "fvd_infinity": Metric("FVD∞", 2),
        "diversity": Metric("Diversity"),
    },
    references=REFERENCES
    | {
        "still": "The first frame of each held-out clip, repeated: every frame is right, and"
        " nothing moves.",
        "shuffled": "Held-out clips, the frames of each in random order: every frame is right, the"
        " motion is not.",
    },
    shared=images.SHARED,
    column="every other frame of the clip that comes of the same noise each time",
)
