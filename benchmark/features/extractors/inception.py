"""Inception 2015 of Szegedy et al., arXiv:1512.00567, for FID and the Inception Score.

Weights, resize and the rest of TensorFlow's graph are those of ``inception-v3-compat`` in
torch-fidelity, so that numbers compare with published ones.
"""

from pathlib import Path

import numpy as np
import torch
from torch_fidelity.feature_extractor_inceptionv3 import (
    URL_INCEPTION_V3,
    FeatureExtractorInceptionV3,
)

from benchmark.common.messages import stop
from benchmark.features.extractors.fidelity import TorchFidelityExtractor
from benchmark.features.extractors.weights import PublishedWeights, find_weights, read_tensors

PUBLISHED = PublishedWeights(
    network="inception",
    url=URL_INCEPTION_V3,
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
)


class InceptionExtractor(TorchFidelityExtractor):
    """2,048 features of the last pooling layer, and probabilities of 1,008 classes.

    Args:
        weights: a file in place of the published one.
        device: None is the GPU if there is one.
    """

    name = "inception"
    features = 2048
    resize_note = "299x299 (bilinear, as TensorFlow 1 does)"

    def __init__(self, *, weights: Path | None = None, device: torch.device | None = None) -> None:
        file = find_weights(PUBLISHED, weights)
        read_tensors(file, self.name)  # torch-fidelity would execute the code in a hostile file
        try:
            network = FeatureExtractorInceptionV3(
                "inception-v3-compat",
                ["2048", "logits_unbiased"],
                feature_extractor_weights_path=str(file),
            )
        except RuntimeError:  # of load_state_dict: other names or shapes
            stop(
                f"feature space inception: {file}: expected weights of Inception 2015, got others;"
                " replace it"
            )
        super().__init__(network, file=file, device=device)

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute features ``(n, 2048)`` and class probabilities ``(n, 1008)``, float64.

        The probabilities omit the bias of the last layer, as the reference code of the Inception
        Score does.

        Args:
            images: uint8 ``(n, c, h, w)``.
        """
        features, logits = self.run_network(images)
        return features.numpy(), logits.softmax(dim=1).numpy()
