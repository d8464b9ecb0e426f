"""Score enlarged images by their features and against the ground truth."""

import numpy as np

from benchmark import config
from benchmark.features import features
from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.psnr import psnr
from benchmark.metrics.ssim import ssim
from benchmark.tracks.images.real import Real
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """Scores enlargements of the held-out inputs, in their order.

    PSNR and SSIM exclude a border as wide as the scale. They use the three colours and, with names
    in ``_y``, the luma of BT.601, as papers do; PSNR treats all patches as one photograph. FID and
    similar metrics also compare with the ground truth, since training photographs show something
    else.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    has_random_space = False  # FID compares with the ground truth, not with training images

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        self.real = Real(features.load_real_features(dataset, part)[0], settings)

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of images, uint8 ``(n, 3, h, w)``, one for each held-out input.

        Args:
            images: the outputs.
            labels: ignored: photographs have no classes.
        """
        return self.likeness(images) | self.real.distances(self.space.embed(images)[0])

    def headline(self, images: np.ndarray) -> float:
        """Compute the perceptual distance of images, uint8 ``(n, 3, h, w)``."""
        return self.distance(self.truth, images)

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of images, uint8 ``(n, 3, h, w)``."""
        embedded, _ = self.space.embed(images)
        return {"fid": self.real.fid(embedded), "diversity": self.real.diversity(embedded)}

    def likeness(self, images: np.ndarray) -> dict[str, float]:
        """Compute the similarity to the ground truth, without infinite values."""
        border = images.shape[-1] // self.condition.shape[-1]
        scores = self.perception(images)
        kinds = {"_y": (rgb_to_luma(self.truth), rgb_to_luma(images)), "": (self.truth, images)}
        for ending, (truth, output) in kinds.items():
            scores[f"psnr{ending}"] = psnr(
                join_patches(truth, border), join_patches(output, border)
            )
            scores[f"ssim{ending}"] = ssim(truth, output, border=border)
        return {name: value for name, value in scores.items() if np.isfinite(value)}


def join_patches(patches: np.ndarray, border: int) -> np.ndarray:
    """Join patches ``(n, c, h, w)`` without their borders to one image, ``(1, c, n * h, w)``.

    PSNR is defined on whole photographs. A mean over patches would depend on the flattest ones,
    where an error of one grey level costs twenty decibels.
    """
    inner = patches[..., border:-border, border:-border]
    n, channels, height, width = inner.shape
    return inner.swapaxes(0, 1).reshape(1, channels, n * height, width)
