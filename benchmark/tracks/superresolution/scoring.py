"""Images made from smaller ones: scored by their features and against the truth."""

import numpy as np

from benchmark import config
from benchmark.features import features
from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.psnr import psnr
from benchmark.metrics.ssim import ssim
from benchmark.tracks.images.scoring import Real
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """Scores sets of images, each made from a smaller held-out one, in the order of these.

    PSNR and SSIM are taken without a border as wide as the scale, of the three colours and, with
    names in ``_y``, of the luma of BT.601 alone, which is what papers give; PSNR of all patches as
    one photograph. FID and its like hold them against the truth too, since the photograph that was
    trained on shows something else.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: config.Metrics) -> None:
        super().__init__(dataset, settings)
        self.real = Real(features.load_real_features(dataset, "test")[0], settings)

    def scores(self, images: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, 3, h, w)``, as many as are held out.

        Args:
            images: what was made.
            wanted: not needed: photographs have no classes.
        """
        return self.likeness(images) | self.real.distances(self.space.embed(images)[0])

    def headline(self, images: np.ndarray) -> float:
        """The perceptual distance alone, of images, uint8 ``(n, 3, h, w)``."""
        return self.distance(self.truth, images)

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """The few metrics that are taken over training, of images, uint8 ``(n, 3, h, w)``."""
        embedded, _ = self.space.embed(images)
        return {"fid": self.real.fid(embedded), "diversity": self.real.diversity(embedded)}

    def likeness(self, images: np.ndarray) -> dict[str, float]:
        """How near each is to the truth; that of the truth itself has no bound in decibels."""
        border = images.shape[-1] // self.condition.shape[-1]
        scores = self.perception(images)
        kinds = {"_y": (rgb_to_luma(self.truth), rgb_to_luma(images)), "": (self.truth, images)}
        for ending, (truth, made) in kinds.items():
            scores[f"psnr{ending}"] = psnr(whole(truth, border), whole(made, border))
            scores[f"ssim{ending}"] = ssim(truth, made, border=border)
        return {name: value for name, value in scores.items() if np.isfinite(value)}


def whole(patches: np.ndarray, border: int) -> np.ndarray:
    """Patches ``(n, c, h, w)`` without their borders as one image, ``(1, c, n * h, w)``.

    PSNR is taken of whole photographs. The mean over patches would be that of the flattest ones,
    where an error of one grey level takes away twenty decibels.
    """
    inner = patches[..., border:-border, border:-border]
    n, channels, height, width = inner.shape
    return inner.swapaxes(0, 1).reshape(1, channels, n * height, width)
