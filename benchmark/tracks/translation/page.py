"""How the site shows images made from images."""

from benchmark.tracks.base.page import REFERENCES, Metric, Page
from benchmark.tracks.images import page as images

METRICS = images.METRICS | {
    "perceptual": Metric("Perceptual distance"),
    "lpips": Metric("LPIPS"),
    "l1": Metric("L1", 4),
    "psnr": Metric("PSNR", 2),
    "ssim": Metric("SSIM"),
    "output_diversity": Metric("Output diversity"),
}
SHARED = "the inputs, the same for all, and below them the outputs"
TRUTH = {
    "held_out": "The truth itself, which no model saw in training.",
    "memoriser": "Training images handed back, whatever the input: as good as real ones by FID, and"
    " far from the truth.",
}
PAGE = Page(
    title="Image to image",
    samples="images made from images",
    unit="images",
    form="images",
    condition="images",
    headline_metrics=("fid", "perceptual", "psnr", "class_accuracy"),
    metrics=METRICS,
    references=REFERENCES | {"identity": "The input as it is."},
    truth_references=TRUTH,
    shared=SHARED,
    column="the same input each time",
)
