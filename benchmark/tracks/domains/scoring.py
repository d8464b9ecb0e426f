"""Images of several domains: scored as translations are, and by the domain that they end in."""

import numpy as np

from benchmark import config
from benchmark.data.sources.domains import DOMAINS, render_domains
from benchmark.data.sources.images import load_digits
from benchmark.tracks.translation import scoring as translation


class Scorer(translation.Scorer):
    """Scores sets of images, each made from a held-out one, in the order of these.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: config.Metrics) -> None:
        super().__init__(dataset, settings)
        _, held_out = load_digits()
        self.rendered = render_domains(held_out.images)
        self.domains = self.condition[:, 3 : 3 + len(DOMAINS), 0, 0].argmax(axis=1)

    def scores(self, images: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of images, uint8 ``(n, 3, h, w)``, one of each held-out one that is given.

        Args:
            images: what was made.
            wanted: not needed: each is to be of the class of the image that it was made from.
        """
        accuracy = domain_accuracy(self.domains, self.rendered, images)
        return super().scores(images) | {"domain_accuracy": accuracy}

    def headline(self, images: np.ndarray) -> float:
        """The perceptual distance alone, of images, uint8 ``(n, 3, h, w)``."""
        return self.distance(self.truth, images)


def domain_accuracy(wanted: np.ndarray, rendered: np.ndarray, images: np.ndarray) -> float:
    """The share of images that are of the domain wanted, 0 to 1.

    An image is of the domain in which it should look most as it does, by mean absolute distance.
    Choi et al. 2018 (StarGAN), arXiv:1711.09020, table 3, have a network say the domain.

    Args:
        wanted: the domain of each, ``(n,)``.
        rendered: how each should look in every domain, uint8 ``(k, n, c, h, w)``.
        images: uint8 ``(n, c, h, w)``.

    Raises:
        ValueError: there are not as many of each, or they are not of one size.
    """
    if rendered.shape[1:] != images.shape or wanted.shape != images.shape[:1]:
        raise ValueError(
            f"{len(wanted)} domains and images of shape {rendered.shape[1:]} do not fit images of"
            f" shape {images.shape}"
        )
    distances = np.abs(rendered.astype(np.float32) - images).mean(axis=(2, 3, 4))
    return float((distances.argmin(axis=0) == wanted).mean())
