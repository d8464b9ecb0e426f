"""Presentation of image translation on the site."""

from benchmark.tracks.base.page import REFERENCES, Metric, Page
from benchmark.tracks.images import page as images

METRICS = images.METRICS | {
    "perceptual": Metric("Perceptual distance", part="test"),
    "lpips": Metric("LPIPS", part="test"),
    "l1": Metric("L1", 4, "test"),
    "psnr": Metric("PSNR", 2, "test"),
    "ssim": Metric("SSIM", part="test"),
    "output_diversity": Metric("Output diversity", part=None),
}
SHARED = "the inputs, the same for all, above the outputs"
TRUTH = {
    "held_out": "The ground truth, which no model saw in training.",
    "memoriser": "Training images, regardless of the input: FID of real images, but far from the"
    " ground truth.",
}
PAGE = Page(
    title="Image to image",
    samples="translated images",
    unit="images",
    form="images",
    condition="images",
    headline_metrics=("fid", "perceptual", "psnr", "class_accuracy"),
    metrics=METRICS,
    references=REFERENCES | {"identity": "The input, unchanged."},
    truth_references=TRUTH,
    shared=SHARED,
    column="the same input each time",
)
