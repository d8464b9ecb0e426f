"""A network with random weights: a feature space that no labels and no other images have shaped.

Naeem et al. 2020, arXiv:2002.09797, compare images unlike those of ImageNet, such as digits, in the
space of a VGG16 with random weights, whose last layer they reduce to 64 features. This network is
smaller. A linear layer after pooling to 4x4 gives the features, as in VGG: means over all positions
would not notice where the strokes of a digit are.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmark.common.devices import default_device
from benchmark.common.messages import stop
from benchmark.common.paths import is_readable_file
from benchmark.common.seeds import stream
from benchmark.data.pixels import to_unit
from benchmark.data.splits import map_split
from benchmark.features.extractors.classifier import batch_size, pinned_path

FEATURES = 64
WIDTH = 32  # channels of every convolution
GRID = 4  # edge of the maps that the linear layer sees
SEED = 0  # of the weights of all data sets: equal shapes have equal weights


class RandomNetwork(nn.Sequential):
    """Pairs of convolutions, each pair before a pooling to half the size, and a linear layer.

    Args:
        shape: ``(c, h, w)`` of an image.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        channels, height, width = shape
        layers: list[nn.Module] = []
        side = min(height, width)
        while side > GRID or not layers:
            for _ in range(2):
                layers += [nn.Conv2d(channels, WIDTH, 3, padding=1, bias=False), nn.ReLU()]
                channels = WIDTH
            layers.append(nn.MaxPool2d(2))
            side //= 2
        layers += [nn.AdaptiveAvgPool2d(GRID), nn.Flatten()]
        super().__init__(*layers, nn.Linear(WIDTH * GRID**2, FEATURES, bias=False))


def draw_weights(shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Draw the weights of the network for images ``(c, h, w)``, by their names.

    They are normal with variance 2 / fan-in (He et al. 2015, arXiv:1502.01852, equation 10), and
    depend on the shape only.
    """
    name = "random features of " + "x".join(map(str, shape))
    # not torch's generator, whose bits depend on the instructions of the processor
    generator = np.random.default_rng(stream(SEED, name))
    weights = {}
    for key, value in RandomNetwork(shape).state_dict().items():
        scale = np.sqrt(2 / value[0].numel())
        drawn = generator.normal(scale=scale, size=tuple(value.shape))
        weights[key] = torch.from_numpy(drawn.astype(np.float32))
    return weights


class RandomExtractor:
    """64 features of a linear layer with random weights; no class probabilities.

    Args:
        weights: as `draw_weights` draws them.
        file: where they are stored.
        shape: ``(c, h, w)`` of the images.
        device: None is the GPU if there is one.
    """

    name = "random"
    features = FEATURES

    def __init__(
        self,
        weights: dict[str, Tensor],
        *,
        file: Path,
        shape: tuple[int, ...],
        device: torch.device | None = None,
    ) -> None:
        self.file, self.shape = file, tuple(shape)
        self.device = device or default_device()
        network = RandomNetwork(self.shape)
        network.load_state_dict(weights)
        self.network = network.to(self.device).eval().requires_grad_(False)

    @classmethod
    def load(
        cls, dataset: str, *, weights: Path | None = None, device: torch.device | None = None
    ) -> "RandomExtractor":
        """Load the network of a data set; exit with one line if that fails.

        Args:
            dataset: name of the data set, which is prepared.
            weights: a file to use instead of the stored one.
            device: where the network runs; None is the GPU if there is one.
        """
        file = weights or pinned_path(dataset, "random")
        if not is_readable_file(file):
            advice = "correct the path" if weights else "run make repro, which writes it"
            stop(f"feature space random: {file}: expected a file, got none; {advice}")
        shape = map_split(dataset, "train")["images"].shape[1:]
        try:
            return cls(load_file(file), file=file, shape=shape, device=device)
        except Exception as error:  # of safetensors, or of torch for other names or shapes
            reason = str(error).splitlines()[0].rstrip(":")
            stop(
                f"feature space random: {file}: expected weights for images of {dataset}, got"
                f" others ({reason}); replace it"
            )

    @torch.no_grad()
    def embed(self, images: np.ndarray) -> tuple[np.ndarray, None]:
        """Compute features ``(n, 64)``, float64.

        Args:
            images: uint8 ``(n, c, h, w)``.

        Raises:
            ValueError: the images have another shape than those of the data set.
        """
        if images.shape[1:] != self.shape:
            raise ValueError(f"random: expected images {self.shape}, got {images.shape[1:]}")
        parts = torch.from_numpy(images).split(batch_size(self.shape))
        embedded = [self.network(to_unit(part.to(self.device))).double().cpu() for part in parts]
        return torch.cat(embedded).numpy(), None

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to images ``(c, h, w)``: nothing."""
        return []
