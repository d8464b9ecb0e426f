"""Score enlarged images by their features and against the ground truth."""

from fractions import Fraction
from typing import Any

import numpy as np

from benchmark import config
from benchmark.common.devices import default_device
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.splits import count_photographs, load_photographs
from benchmark.evaluation.any_size import AnySize
from benchmark.features import features
from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.psnr import psnr
from benchmark.metrics.ssim import ssim
from benchmark.tracks.images.real import Real
from benchmark.tracks.superresolution.photographs import Enlarge, make_reference
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """Scores enlargements of the held-out inputs, in their order.

    PSNR and SSIM are means over whole photographs, without a border as wide as the scale. They use
    the three colours and, with names in ``_y``, the luma of BT.601, as papers do. The other metrics
    use patches; FID and similar ones compare with the ground truth too, since training photographs
    show something else.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    has_random_space = False  # FID compares with the ground truth, not with training images

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        self.real = Real(features.load_real_features(dataset, part)[0], settings)
        self.scale = self.truth.shape[-1] // self.condition.shape[-1]

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores, and count the photographs of PSNR and SSIM."""
        return super().facts() | {"photographs": count_photographs(self.dataset, self.part)}

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute the metrics of patches, uint8 ``(n, 3, h, w)``, one for each held-out input.

        Args:
            images: the outputs.
            labels: ignored: photographs have no classes.
        """
        return self.perception(images) | self.real.distances(self.space.embed(images)[0])

    def headline(self, images: np.ndarray) -> float:
        """Compute the perceptual distance of images, uint8 ``(n, 3, h, w)``."""
        return self.distance(self.truth, images)

    def moment(self, images: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of images, uint8 ``(n, 3, h, w)``."""
        embedded, _ = self.space.embed(images)
        return {"fid": self.real.fid(embedded), "diversity": self.real.diversity(embedded)}

    def model_scores(self, variant: Any) -> dict[str, float]:
        """Compute PSNR and SSIM of the held-out photographs, which the variant enlarges whole.

        Empty, with a note, for a network that accepts images of the size in training only.
        """
        network = AnySize(variant.cpu(), default_device())
        if network.multiple is None:
            print("note: the network accepts patches only; PSNR and SSIM, of photographs, left out")
            return {}
        return self.compare_photographs(lambda photograph, small: network.apply(small))

    def reference_scores(self, row: str, seed: int) -> dict[str, float]:
        enlarge = make_reference(self.dataset, row, seed)
        return {} if enlarge is None else self.compare_photographs(enlarge)

    def compare_photographs(self, enlarge: Enlarge) -> dict[str, float]:
        """Compute the means over held-out photographs of PSNR and SSIM, without infinite values.

        Args:
            enlarge: gives the output for a photograph and its reduction by the bicubic kernel.
        """
        photographs = load_photographs(self.dataset, self.part)
        scores = [self.compare_photograph(each, enlarge) for each in photographs]
        means = {name: float(np.mean([each[name] for each in scores])) for name in scores[0]}
        return {name: value for name, value in means.items() if np.isfinite(value)}

    def compare_photograph(self, photograph: np.ndarray, enlarge: Enlarge) -> dict[str, float]:
        """Compute PSNR and SSIM of one photograph, uint8 ``(3, h, w)``."""
        truth = photograph[None]
        small = resize_bicubic(truth, Fraction(1, self.scale))
        output = enlarge(photograph, small[0])[None]
        scores = {}
        for ending, pair in (
            ("_y", (rgb_to_luma(truth), rgb_to_luma(output))),
            ("", (truth, output)),
        ):
            scores[f"psnr{ending}"] = psnr(*pair, border=self.scale)
            scores[f"ssim{ending}"] = ssim(*pair, border=self.scale)
        return scores
