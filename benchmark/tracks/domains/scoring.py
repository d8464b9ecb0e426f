"""Score translations between several domains, also by the domain of the outputs."""

import numpy as np

from benchmark import config
from benchmark.data.sources.domains import DOMAINS, render_domains
from benchmark.data.sources.images import divide_digits
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """Scores outputs for the held-out inputs, in their order.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        digits = getattr(divide_digits(), part)
        self.rendered = render_domains(digits.images)
        self.domains = self.condition[:, 3 : 3 + len(DOMAINS), 0, 0].argmax(axis=1)

    def scores(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of outputs, uint8 ``(n, 3, h, w)``, one for each held-out input.

        Args:
            images: the outputs.
            labels: ignored: each output has the class of its input.
        """
        accuracy = domain_accuracy(self.domains, self.rendered, images)
        return super().scores(images) | {"domain_accuracy": accuracy}

    def headline(self, images: np.ndarray) -> float:
        """Compute the perceptual distance of images, uint8 ``(n, 3, h, w)``."""
        return self.distance(self.truth, images)


def domain_accuracy(targets: np.ndarray, rendered: np.ndarray, images: np.ndarray) -> float:
    """Compute the share of images in their target domain, 0 to 1.

    The domain of an image is that of the nearest rendering, by mean absolute distance. Choi et al.
    2018 (StarGAN), arXiv:1711.09020, table 3, classify domains by a network.

    Args:
        targets: the target domain of each image, ``(n,)``.
        rendered: each image rendered in every domain, uint8 ``(k, n, c, h, w)``.
        images: uint8 ``(n, c, h, w)``.

    Raises:
        ValueError: the shapes do not match.
    """
    if rendered.shape[1:] != images.shape or targets.shape != images.shape[:1]:
        raise ValueError(
            f"expected {len(targets)} images of shape {rendered.shape[2:]}, got {images.shape}"
        )
    distances = np.abs(rendered.astype(np.float32) - images).mean(axis=(2, 3, 4))
    return float((distances.argmin(axis=0) == targets).mean())
