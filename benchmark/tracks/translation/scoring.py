"""Score translated images as images, and against the ground truth."""

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
    """Scores outputs for the held-out inputs, in their order.

    The ground truth is the partner of each input in the data; unpaired training does not use it.
    Outputs of data without pairs are scored as images only.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    draws_more_samples = False  # one output for each held-out input
    has_likelihood = False  # the outputs are made of the held-out images

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        self.truth, self.labels_of_truth = load_split(dataset, part)
        condition = load_condition(dataset, part)
        assert condition is not None  # all data sets of this track have inputs
        self.condition = condition
        self.pairs = is_paired(dataset)
        self.lpips: LPIPS | None = None
        if self.pairs and (network := getattr(settings, "lpips", None)):
            from benchmark.features.extractors import lpips  # its imports take a second

            self.lpips = lpips.LPIPS(network, self.truth.shape[1:])

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores, and the weights of LPIPS if configured."""
        if self.lpips is None:
            return super().facts()
        return super().facts() | {"lpips": sha256(self.lpips.file)}

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of outputs, uint8 ``(n, c, h, w)``, one for each held-out input.

        Args:
            images: the outputs.
            labels: ignored: each output has the class of its input.
        """
        if not self.pairs:
            return super().scores(images)
        return super().scores(images, self.labels_of_truth) | self.likeness(images)

    def likeness(self, images: np.ndarray) -> dict[str, float]:
        """Compute the similarity to the ground truth, without infinite values.

        SSIM only for images larger than its window.
        """
        scores = self.perception(images)
        scores |= {"l1": l1_distance(self.truth, images), "psnr": psnr(self.truth, images)}
        if min(images.shape[2:]) > 2 * RADIUS:
            scores["ssim"] = ssim(self.truth, images)
        return {name: value for name, value in scores.items() if np.isfinite(value)}

    def perception(self, images: np.ndarray) -> dict[str, float]:
        """Compute the distance to the ground truth by the available networks."""
        scores = {}
        if self.classifier is not None:
            scores["perceptual"] = self.distance(self.truth, images)
        if self.lpips is not None:
            scores["lpips"] = self.lpips(self.truth, images)
        return scores
