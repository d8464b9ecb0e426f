"""Presentation of clips on the site."""

from benchmark.tracks.base.page import REFERENCES, Metric, Page
from benchmark.tracks.images import page as images

PAGE = Page(
    title="Video",
    samples="clips",
    unit="clips",
    form="clips",
    headline_metrics=("fvd", "frame_fid", "motion", "content_consistency"),
    metrics={
        "fvd": Metric("FVD", 2),
        "frame_fid": Metric("Frame FID", 2),
        "motion": Metric("Motion", part=None),
        "content_consistency": Metric("Content consistency", part=None),
        **{name: metric for name, metric in images.METRICS.items() if "fid" not in name},
        "intra_fid": Metric("Intra-FID", 2),
        "pooled_fvd": Metric("FVD, all samples", 2),
        "path_distance": Metric("Path distance", 2, None),
        "diversity": Metric("Diversity"),
    },
    references=REFERENCES
    | {
        "still": "The first frame of each held-out clip, repeated: realistic frames without"
        " motion.",
        "shuffled": "Held-out clips, with the frames in random order: realistic frames with wrong"
        " motion.",
    },
    shared=images.SHARED,
    column="every other frame of the clip generated from the same noise",
)
