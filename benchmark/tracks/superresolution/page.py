"""Presentation of super-resolution on the site."""

from dataclasses import replace

from benchmark.tracks.base.page import REFERENCES, Metric
from benchmark.tracks.translation import page as translation

TRUTH = {
    "memoriser": "Training patches, regardless of the input, side by side for a photograph: real"
    " images, but far from the ground truth.",
}
# training photographs show something else, so all scores compare with the ground truth
METRICS = {
    name: metric._replace(part="test")
    for name, metric in {
        **translation.METRICS,
        "psnr_y": Metric("PSNR of Y", 2),
        "ssim_y": Metric("SSIM of Y"),
    }.items()
}
PAGE = replace(
    translation.PAGE,
    title="Super-resolution",
    samples="images enlarged from smaller ones",
    headline_metrics=("perceptual", "psnr_y", "ssim_y", "fid"),
    metrics=METRICS,
    references=REFERENCES | {"bicubic": "The input, enlarged by the bicubic kernel."},
    truth_references=translation.TRUTH | TRUTH,
    shared="bicubic enlargements, the same for all, above the outputs",
    slider="bicubic",
)
