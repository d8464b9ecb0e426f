"""The time to draw, embed and score samples on a GPU."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.common.seeds import stream
from benchmark.data.pixels import to_unit
from benchmark.evaluation.sampling import draw
from benchmark.metrics import feature_moments, frechet_distance_from_moments, kid, prdc
from tests.performance.gpu_context import Context
from tests.performance.gpu_report import Items
from tests.performance.loops import (
    Option,
)


class Scoring:
    """Draw samples, embed them by a random network, and score the features.

    Args:
        context: of the sections.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.samples = np.empty(0)
        self.features: dict[int, tuple[Tensor, Tensor]] = {}

    def list_items(self) -> Items:
        """List what is measured; items use the results of earlier ones."""
        items: Items = {"draw": self.draw}
        for count in self.context.sizes.features:
            items[f"embed, {count} features"] = partial(self.embed, count)
            for metric in ("fid", "fid_on_device", "kid", "prdc"):
                items[f"{metric}, {count} features"] = partial(self.score, metric, count)
        return items

    def draw(self) -> dict[str, Any]:
        """Draw samples as the pipeline does."""
        trainer = self.context.build("dcgan", self.context.small, Option())
        started = time.perf_counter()
        self.samples, _ = draw(trainer.averaged, self.context.sizes.samples, seed=0)
        return describe_rate(len(self.samples), time.perf_counter() - started)

    def embed(self, count: int) -> dict[str, Any]:
        """Embed real images and samples; the time is that of both."""
        network = build_network(count).to(self.context.device)
        real = self.context.small[: self.context.sizes.samples, None]
        embed_images(network, real[:100])  # the first convolution loads libraries
        self.context.synchronize()
        started = time.perf_counter()
        self.features[count] = embed_images(network, real), embed_images(network, self.samples)
        self.context.synchronize()
        seconds = time.perf_counter() - started
        return describe_rate(len(real) + len(self.samples), seconds)

    def score(self, metric: str, count: int) -> dict[str, Any]:
        """Compute a metric of the features, which the pipeline moves to the CPU."""
        real, generated = self.features[count]
        if metric != "fid_on_device":
            real, generated = real.double().cpu(), generated.double().cpu()
        size = min(1000, len(real), len(generated))
        metrics: dict[str, Callable[[], Any]] = {
            "fid": lambda: compute_fid(real, generated),
            "fid_on_device": lambda: compute_fid(real, generated),
            "kid": lambda: kid(real.numpy(), generated.numpy(), subset_size=size)[0],
            "prdc": lambda: prdc(real.numpy(), generated.numpy()),
        }
        started = time.perf_counter()
        value = metrics[metric]()
        return {"value": value, "seconds_of_metric": round(time.perf_counter() - started, 3)}


def describe_rate(count: int, seconds: float) -> dict[str, Any]:
    """Describe so many images in so many seconds."""
    return {"images": count, "images_per_second": round(count / seconds, 1)}


def build_network(features: int) -> nn.Module:
    """Build a random convolutional network of so many features."""
    torch.manual_seed(stream(0, "features"))
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.LazyLinear(features),
        nn.ReLU(),
    ).eval()


@torch.no_grad()
def embed_images(network: nn.Module, images: np.ndarray, batch: int = 1000) -> Tensor:
    """Embed images, uint8 ``(n, 1, h, w)``, in batches; features ``(n, d)`` on the device."""
    device = next(network.parameters()).device
    parts = torch.from_numpy(images).split(batch)
    return torch.cat([network(to_unit(part.to(device))) for part in parts])


def compute_fid(real: Tensor, generated: Tensor) -> float:
    """Compute the Frechet distance, its moments on the device of the features."""
    return frechet_distance_from_moments(*feature_moments(real), *feature_moments(generated))
