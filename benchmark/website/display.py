"""How numbers are shown to readers: as text, on an axis, and which is the best of a column."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

# the title of a metric and its decimals; one that is not here is shown under its own name
METRICS = {
    "fid": ("FID", 2),
    "is": ("IS", 2),
    "precision": ("Precision", 3),
    "recall": ("Recall", 3),
    "fid_infinity": ("FID∞", 2),
    "kid": ("KID", 4),
    "mmd": ("MMD", 4),
    "density": ("Density", 3),
    "coverage": ("Coverage", 3),
    "authenticity": ("Authenticity", 3),
    "nearest_ratio": ("Nearest-distance ratio", 3),
    "modes": ("Modes", 1),
    "label_divergence": ("Label divergence", 4),
    "class_accuracy": ("Class accuracy", 3),
    "intra_fid": ("Intra-FID", 2),
    "domain_accuracy": ("Domain accuracy", 3),
    "perceptual": ("Perceptual distance", 3),
    "lpips": ("LPIPS", 3),
    "l1": ("L1", 4),
    "psnr": ("PSNR", 2),
    "psnr_y": ("PSNR of Y", 2),
    "ssim_y": ("SSIM of Y", 3),
    "ssim": ("SSIM", 3),
    "output_diversity": ("Output diversity", 3),
    "reconstruction_error": ("Reconstruction error", 3),
    "wasserstein": ("Wasserstein", 3),
    "high_quality": ("High quality", 3),
    "jensen_shannon": ("JS divergence", 3),
    "mode_divergence": ("Mode divergence", 3),
    "r_precision": ("R-precision", 3),
    "attribute_accuracy": ("Attribute accuracy", 3),
    "weight_accuracy": ("Weight accuracy", 3),
    "slant_accuracy": ("Slant accuracy", 3),
    "colour_accuracy": ("Colour accuracy", 3),
    "fvd": ("FVD", 2),
    "frame_fid": ("Frame FID", 2),
    "motion": ("Motion", 3),
    "content_consistency": ("Content consistency", 3),
    "path_distance": ("Path distance", 2),
    "fvd_infinity": ("FVD∞", 2),
    "diversity": ("Diversity", 3),
    "jaccard_distance": ("MS-Jaccard distance", 3),
    "nll_oracle": ("NLL-oracle", 3),
    "nll_gen": ("NLL-gen", 3),
    "fed": ("FED", 4),
    "valid": ("Valid", 3),
    **{f"bleu_{n}": (f"BLEU-{n}", 3) for n in (2, 3, 4, 5)},
    **{f"self_bleu_{n}": (f"Self-BLEU-{n}", 3) for n in (2, 3, 4, 5)},
    "novelty": ("Novelty", 3),
    "uniqueness": ("Uniqueness", 3),
    "length_distance": ("Distance of lengths", 3),
}


# what the samples of a leaderboard are
KINDS = {
    "images": "images",
    "toy": "points in the plane",
    "translation": "images made from images",
    "multimodal": "images made from images that leave a choice",
    "domains": "images brought into another domain",
    "superresolution": "images made from smaller ones",
    "text_to_image": "images drawn for captions",
    "text": "sentences",
    "video": "clips of things that move",
}
# what they are made from, where that is not noise
GIVEN = dict.fromkeys(("translation", "multimodal", "domains", "superresolution"), "images")
GIVEN["text_to_image"] = "captions"
# what its budget is counted in, where that is not images
UNITS = {"toy": "points", "text": "sentences", "video": "clips"}


@dataclass(frozen=True)
class Scale:
    """The axis that the intervals of a column share, in per cent of its width."""

    low: float
    high: float
    log: bool

    @classmethod
    def over(cls, values: pd.Series) -> "Scale":
        """From the least to the greatest; logarithmic where they are a factor of 20 apart."""
        known = [value for value in values.astype(float) if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(known), max(known)
        log = low > 0 and high / low > 20
        return cls(low, high if high > low else low + 1, log)

    def __call__(self, value: float) -> float | None:
        """The place of a value, 0 to 100; None if it is not a number or lies outside."""
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return None
        low, high, value = (
            (math.log(number) for number in (self.low, self.high, value))
            if self.log
            else (self.low, self.high, value)
        )
        return round(100 * (value - low) / (high - low), 1)


def number(value: Any, digits: int = 0) -> str:
    """A number to be read: thousands set apart, a dash for what is missing."""
    if value is None or pd.isna(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:,.{digits}f}".replace("-", "−").replace(",", "\u202f")


def best(rows: list[dict[str, Any]], column: str, higher: bool | None) -> list[str]:
    """The variants with the best value of a column; none where there is nothing to compare."""
    known = [row for row in rows if not pd.isna(row[column])]
    if higher is None or len({row[column] for row in known}) < 2:
        return []
    top = (max if higher else min)(row[column] for row in known)
    return [row["variant"] for row in known if row[column] == top]
