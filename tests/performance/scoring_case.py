"""Whole scoring: from images to Inception Score, FID, KID, precision and recall.

Inception would take minutes and nearly all of the time, equally in every library. A random linear
network with as many features and classes takes its place: what remains is the scoring itself. Both
sides get the same images and call the same network in batches of the same size.
"""

import numpy as np

PIXELS, FEATURES, CLASSES = 3 * 32 * 32, 2048, 1008
BATCH = 256
NAME = "random-linear"


def make_images(n: int, seed: int, *, shift: float = 0.0) -> np.ndarray:
    """Make images as mixtures of fewer factors, uint8 ``(n, 3072)``."""
    from tests.performance.metrics_cases import features

    return (features(n, PIXELS, seed, shift=shift) * 24).clip(0, 255).astype(np.uint8)


def make_inputs() -> dict[str, np.ndarray]:
    """Make 10,000 real and 10,000 generated images."""
    return {
        "real": make_images(10_000, 1),
        "generated": make_images(10_000, 2, shift=0.05),
    }


def make_extractor() -> type:
    """Make the class of the network, as torch-fidelity expects it."""
    import torch
    from torch_fidelity.feature_extractor_base import FeatureExtractorBase

    class RandomLinear(FeatureExtractorBase):
        def __init__(self, name: str, features_list: list[str], **_: object) -> None:
            super().__init__(name, features_list)
            generator = torch.Generator().manual_seed(0)
            first = torch.randn(PIXELS, FEATURES, generator=generator) / PIXELS**0.5
            second = torch.randn(FEATURES, CLASSES, generator=generator) / FEATURES**0.5
            self.register_buffer("first", first)
            self.register_buffer("second", second)

        @staticmethod
        def get_provided_features_list() -> tuple[str, ...]:
            return "features", "logits"

        @staticmethod
        def get_default_feature_layer_for_metric(metric: str) -> str:
            return "logits" if metric == "isc" else "features"

        @staticmethod
        def can_be_compiled() -> bool:
            return False

        def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
            features = (images.float() / 16 @ self.first).relu()
            layers = {"features": features, "logits": features @ self.second}
            return tuple(layers[name] for name in self.features_list)

    return RandomLinear


def score_ours(arrays: dict[str, np.ndarray]) -> dict[str, float]:
    """Score by `benchmark.metrics`."""
    import torch

    from benchmark.metrics import frechet_distance, inception_score, kid, precision_recall

    network = make_extractor()(NAME, ["features", "logits"])
    embedded = {}
    for name, images in arrays.items():
        parts = [network(batch) for batch in torch.from_numpy(images).split(BATCH)]
        embedded[name] = [torch.cat(layer) for layer in zip(*parts, strict=True)]
    real, generated = (embedded[name][0].numpy() for name in ("real", "generated"))
    probabilities = embedded["generated"][1].double().softmax(dim=1).numpy()
    precision, recall = precision_recall(real, generated)
    return {
        "is": inception_score(probabilities, splits=10)[0],
        "fid": frechet_distance(real, generated),
        "kid": kid(real, generated)[0],
        "precision": precision,
        "recall": recall,
    }


def score_torch_fidelity(arrays: dict[str, np.ndarray]) -> dict[str, float]:
    """Score by `torch_fidelity.calculate_metrics`."""
    import torch
    from torch.utils.data import Dataset
    from torch_fidelity import calculate_metrics
    from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY, register_feature_extractor

    class Images(Dataset[torch.Tensor]):
        def __init__(self, images: np.ndarray) -> None:
            self.images = torch.from_numpy(images)

        def __len__(self) -> int:
            return len(self.images)

        def __getitem__(self, index: int) -> torch.Tensor:
            return self.images[index]

    if NAME not in FEATURE_EXTRACTORS_REGISTRY:
        register_feature_extractor(NAME, make_extractor())
    scores = calculate_metrics(
        input1=Images(arrays["generated"]),
        input2=Images(arrays["real"]),
        feature_extractor=NAME,
        **dict.fromkeys(("isc", "fid", "kid", "prc"), True),
        batch_size=BATCH,
        samples_shuffle=False,
        cuda=False,
        cache=False,
        verbose=False,
    )
    names = {
        "is": "inception_score_mean",
        "fid": "frechet_inception_distance",
        "kid": "kernel_inception_distance_mean",
        "precision": "precision",
        "recall": "recall",
    }
    return {name: float(scores[key]) for name, key in names.items()}
