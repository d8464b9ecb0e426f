"""Inception 2015, the space of FID and the Inception Score: Szegedy et al., arXiv:1512.00567.

Weights, resize and the rest of TensorFlow's graph are those of torch-fidelity's
``inception-v3-compat``, so that numbers compare with published ones.
"""

from pathlib import Path

import numpy as np
import torch
from torch_fidelity.feature_extractor_inceptionv3 import (
    URL_INCEPTION_V3,
    FeatureExtractorInceptionV3,
)

from benchmark.common.messages import stop
from benchmark.features.extractors.extractor import Extractor
from benchmark.features.extractors.weights import Published, find, read

PUBLISHED = Published(
    space="inception",
    url=URL_INCEPTION_V3,
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
)


class InceptionSpace(Extractor):
    """2,048 features of the last pooling layer, and probabilities of 1,008 classes.

    Args:
        weights: a file in place of the published one.
        device: None is the GPU if there is one.
    """

    name = "inception"
    features = 2048
    resizes = "299x299 (bilinear, as TensorFlow 1 does)"

    def __init__(self, *, weights: Path | None = None, device: torch.device | None = None) -> None:
        file = find(PUBLISHED, weights)
        read(file, self.name)  # torch-fidelity would execute what a hostile file holds
        try:
            network = FeatureExtractorInceptionV3(
                "inception-v3-compat",
                ["2048", "logits_unbiased"],
                feature_extractor_weights_path=str(file),
            )
        except RuntimeError:  # its load_state_dict: other names or shapes
            stop(f"feature space inception: {file}: not weights of Inception 2015")
        super().__init__(network, file=file, device=device)

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features ``(n, 2048)`` and probabilities ``(n, 1008)`` of uint8 ``(n, c, h, w)``.

        The probabilities leave the last layer's bias out, as the reference code of the Inception
        Score does.
        """
        features, logits = self.run(images)
        return features.numpy(), logits.softmax(dim=1).numpy()
