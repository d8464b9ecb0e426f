"""Images made from images: scored as images are, and against what should have been made."""

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.data.splits import is_paired, load_condition, load_split
from benchmark.metrics.l1 import l1_distance
from benchmark.metrics.psnr import psnr
from benchmark.metrics.ssim import RADIUS, ssim
from benchmark.tracks.images import scoring as images

if TYPE_CHECKING:
    from benchmark.features.extractors.lpips import LPIPS


class Scorer(images.Scorer):
    """Scores sets of images, each made from a held-out one, in the order of these.

    The truth is what belongs to each in the data; where images are trained on without it, it is
    used here alone. Where nothing belongs to them, they are scored as any images are.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: config.Metrics) -> None:
        super().__init__(dataset, settings)
        self.truth, self.wanted = load_split(dataset, "test")
        condition = load_condition(dataset, "test")
        assert condition is not None  # params.yaml allows no other data set on this track
        self.condition = condition
        self.pairs = is_paired(dataset)
        self.lpips: LPIPS | None = None
        if self.pairs and (asked := getattr(settings, "lpips", None)):
            from benchmark.features.extractors import lpips  # its imports take a second

            self.lpips = lpips.LPIPS(asked, self.truth.shape[1:])

    def facts(self) -> dict[str, Any]:
        """What samples are held against, and the weights of LPIPS if it is asked for."""
        if self.lpips is None:
            return super().facts()
        return super().facts() | {"lpips": sha256(self.lpips.file)}

    def scores(self, images: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, c, h, w)``, one of each held-out one that is given.

        Args:
            images: what was made.
            wanted: not needed: each is to be of the class of the image that it was made from.
        """
        if not self.pairs:
            return super().scores(images)
        return super().scores(images, self.wanted) | self.likeness(images)

    def likeness(self, images: np.ndarray) -> dict[str, float]:
        """How near each is to the truth; that of the truth itself has no bound in decibels.

        SSIM of those alone that its window fits into.
        """
        scores = self.perception(images)
        scores |= {"l1": l1_distance(self.truth, images), "psnr": psnr(self.truth, images)}
        if min(images.shape[2:]) > 2 * RADIUS:
            scores["ssim"] = ssim(self.truth, images)
        return {name: value for name, value in scores.items() if np.isfinite(value)}

    def perception(self, images: np.ndarray) -> dict[str, float]:
        """How near each is to the truth in the eyes of networks: those that there are."""
        scores = {}
        if self.classifier is not None:
            scores["perceptual"] = self.distance(self.truth, images)
        if self.lpips is not None:
            scores["lpips"] = self.lpips(self.truth, images)
        return scores
