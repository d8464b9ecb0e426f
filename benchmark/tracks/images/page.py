"""Presentation of images on the site."""

from benchmark.tracks.base.page import Metric, Page

METRICS = {
    "fid": Metric("FID", 2),
    "is": Metric("IS", 2, None),
    "clipped_density": Metric("Clipped density"),
    "clipped_coverage": Metric("Clipped coverage"),
    "pooled_fid": Metric("FID, all samples", 2),
    "kid": Metric("KID", 4),
    "mmd": Metric("MMD", 4),
    "density": Metric("Density"),
    "coverage": Metric("Coverage"),
    "precision": Metric("Precision"),
    "recall": Metric("Recall"),
    "vendi": Metric("Vendi score", 2, None),
    "fld": Metric("FLD", 2, "train and test"),
    "authenticity": Metric("Authenticity", part="train only"),
    "nearest_ratio": Metric("Nearest-distance ratio", part="train only"),
    "modes": Metric("Modes", 1, None),
    "label_divergence": Metric("Label divergence", 4),
    "class_accuracy": Metric("Class accuracy", part=None),
    "intra_fid": Metric("Intra-FID", 2),
    "reconstruction_error": Metric("Reconstruction error", part="test"),
    "classifier_2_fid": Metric("FID, second classifier", 2),
    "classifier_3_fid": Metric("FID, third classifier", 2),
    "random_fid": Metric("Random FID", 2),
    "random_precision": Metric("Random precision"),
    "random_recall": Metric("Random recall"),
    "random_density": Metric("Random density"),
    "random_coverage": Metric("Random coverage"),
}
SHARED = (
    "the first samples, from the same random numbers: variants with noise of equal size show"
    " the same latents in the same places"
)
PAGE = Page(
    title="Images",
    samples="images",
    unit="images",
    form="images",
    headline_metrics=("fid", "is", "clipped_density", "clipped_coverage"),
    label_metrics=("class_accuracy", "intra_fid"),
    subset_metrics=("authenticity", "nearest_ratio", "fld"),
    metrics=METRICS,
    shared=SHARED,
)
