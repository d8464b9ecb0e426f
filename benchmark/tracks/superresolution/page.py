"""How the site shows photographs made from smaller ones."""

from dataclasses import replace

from benchmark.tracks.base.page import REFERENCES, Metric
from benchmark.tracks.translation import page as translation

TRUTH = {
    "memoriser": "Training patches handed back, whatever the input: none shows what the truth"
    " shows.",
}
PAGE = replace(
    translation.PAGE,
    title="Super-resolution",
    samples="images made from smaller ones",
    headline_metrics=("perceptual", "psnr_y", "ssim_y", "fid"),
    metrics=translation.METRICS | {"psnr_y": Metric("PSNR of Y", 2), "ssim_y": Metric("SSIM of Y")},
    references=REFERENCES | {"bicubic": "The input, enlarged by the bicubic kernel."},
    truth_references=translation.TRUTH | TRUTH,
    shared="bicubic enlargements, the same for all, and below them the outputs",
    slider="bicubic",
)
