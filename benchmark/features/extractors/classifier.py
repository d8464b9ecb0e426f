"""The classifier of a data set: a small network, trained once and pinned, for small images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.data.pixels import to_unit
from benchmark.data.splits import load_classifier_split
from benchmark.features.extractors.resize import resize
from benchmark.features.extractors.training import shuffled_batches
from benchmark.features.extractors.video_classifier import VideoClassifier

FEATURES = 64
IMAGES, PIXELS = 1000, 2**20  # that are held at a time, at most


class Classifier(nn.Module):
    """A small convolutional network; its penultimate layer gives the features.

    Args:
        shape: ``(c, h, w)`` of an image.
        classes: number of classes; several numbers where several things are to be told.
    """

    def __init__(self, shape: tuple[int, ...], classes: int | Sequence[int]) -> None:
        super().__init__()
        self.classes = (classes,) if isinstance(classes, int) else tuple(classes)
        channels, height, _ = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, stride=2, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4) if height > 8 else nn.Identity(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(64 * 16, FEATURES),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, sum(self.classes)))

    def forward(self, images: Tensor) -> Tensor:
        """Logits ``(n, classes)`` of images ``(n, c, h, w)`` in [-1, 1].

        Those of several things stand side by side.
        """
        return self.head(self.body(images))

    def layers(self, images: Tensor) -> list[Tensor]:
        """What the two convolutions give before their ReLUs, ``(n, c_l, h_l, w_l)`` each."""
        first = self.body[:2](images)
        return [first, self.body[3:5](first.relu())]


def at_once(shape: tuple[int, ...]) -> int:
    """How many images ``(c, h, w)`` go through the network together.

    The bits of what it gives may depend on it, so it does not depend on the number of images.
    """
    return max(1, min(IMAGES, PIXELS // (shape[1] * shape[2])))


def told(labels: np.ndarray | Tensor) -> list[int]:
    """How many classes there are of labels ``(n,)``, or of each column of ``(n, k)``."""
    return [int(column.max()) + 1 for column in labels.reshape(len(labels), -1).T]


def built(shape: tuple[int, ...], classes: Sequence[int]) -> Any:
    """The network for images ``(c, h, w)``, or for clips ``(c, t, h, w)``; see their classes."""
    return VideoClassifier(shape, *classes) if len(shape) == 4 else Classifier(shape, classes)


def embed(
    classifier: Any, images: np.ndarray, *, batch: int = IMAGES
) -> tuple[np.ndarray, np.ndarray]:
    """Features ``(n, 64)`` and class probabilities ``(n, classes)``, float64.

    Where several things are told, the probabilities of each sum to 1.

    Args:
        classifier: in evaluation mode.
        images: uint8 ``(n, c, h, w)``.
        batch: images at a time.
    """
    device = next(classifier.parameters()).device
    features, probabilities = [], []
    with torch.no_grad():
        for part in torch.from_numpy(images).split(batch):
            hidden = classifier.body(to_unit(part.to(device)))
            features.append(hidden.double().cpu())
            parts = classifier.head(hidden).double().split(classifier.classes, dim=1)
            probabilities.append(torch.cat([own.softmax(dim=1) for own in parts], dim=1).cpu())
    return torch.cat(features).numpy(), torch.cat(probabilities).numpy()


def predict(classifier: Classifier, probabilities: np.ndarray) -> np.ndarray:
    """The likeliest class of each thing that is told, ``(n, k)``; see `embed` for the arguments."""
    ends = np.cumsum(classifier.classes)[:-1]
    return np.stack([own.argmax(axis=1) for own in np.split(probabilities, ends, axis=1)], axis=1)


def maps(classifier: Classifier, images: np.ndarray, *, batch: int = IMAGES) -> list[np.ndarray]:
    """What the two convolutions give after their ReLUs, float64 ``(n, c_l, h_l, w_l)`` each.

    Args:
        classifier: in evaluation mode.
        images: uint8 ``(n, c, h, w)``.
        batch: images at a time.
    """
    device = next(classifier.parameters()).device
    with torch.no_grad():
        parts = [
            [layer.relu().double().cpu() for layer in classifier.layers(to_unit(part.to(device)))]
            for part in torch.from_numpy(images).split(batch)
        ]
    return [torch.cat(layer).numpy() for layer in zip(*parts, strict=True)]


def fit(
    images: Tensor, labels: Tensor, settings: config.Features, *, title: str = "training classifier"
) -> Any:
    """Train on images or clips, uint8 ``(n, ...)``, and labels, int64 ``(n,)``, on their device.

    Labels ``(n, k)`` are of k things, each of which is told. ``title`` names the step in the
    progress.
    """
    torch.manual_seed(stream(settings.seed, "classifier"))
    classifier = built(tuple(images.shape[1:]), told(labels)).to(images.device)
    optimizer = torch.optim.Adam(classifier.parameters(), lr=settings.lr, fused=True)
    batch = min(settings.batch, len(images))
    total = settings.epochs * (len(images) // batch) * batch
    batches = shuffled_batches(
        len(images), batch=batch, epochs=settings.epochs, device=images.device
    )
    unit = "clip" if images.ndim == 5 else "image"
    with ProgressBar(title, total=total, unit=unit) as progress:
        for index in batches:
            logits = classifier(to_unit(images[index])).split(classifier.classes, dim=1)
            targets = labels[index].reshape(batch, -1).unbind(dim=1)
            optimizer.zero_grad()
            sum(map(nn.functional.cross_entropy, logits, targets)).backward()  # type: ignore[union-attr]
            optimizer.step()
            progress.advance(batch)
    return classifier.eval()


def pinned(dataset: str) -> Path:
    """Where the stage ``features`` puts the weights."""
    return Path("features") / dataset / "classifier.safetensors"


class ClassifierSpace:
    """64 features of the penultimate layer, and probabilities of the data set's classes.

    Args:
        network: in evaluation mode, on its device.
        file: its weights.
        shape: ``(c, h, w)`` of the images that it was trained on, or ``(c, t, h, w)`` of clips.
    """

    name = "classifier"
    features = FEATURES

    def __init__(self, network: Any, *, file: Path, shape: tuple[int, ...]) -> None:
        self.network = network
        self.file = file
        self.shape = shape

    @classmethod
    def load(
        cls, dataset: str, *, weights: Path | None = None, device: torch.device | None = None
    ) -> "ClassifierSpace":
        """The pinned classifier of a data set, or other weights for it; None is the CPU."""
        file = weights or pinned(dataset)
        if not file.is_file():
            stop(
                f"feature space classifier: {file}: no such file"
                + ("" if weights else "; make repro makes it for data sets of params.yaml")
            )
        images, labels = load_classifier_split(dataset, "train")
        network = built(images.shape[1:], told(labels))
        try:
            network.load_state_dict(load_file(file))
        except Exception as error:  # safetensors' own kind, or torch's for other names or shapes
            reason = str(error).splitlines()[0].rstrip(":")
            stop(f"feature space classifier: {file}: not weights of {dataset}'s: {reason}")
        return cls(network.to(device or "cpu").eval(), file=file, shape=images.shape[1:])

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features ``(n, 64)`` and probabilities ``(n, classes)`` of uint8 ``(n, c, h, w)``.

        Clips ``(n, c, t, h, w)`` are taken by the classifier of a data set of these.

        Raises:
            ValueError: another number of channels than in training, or clips of another size.
        """
        return embed(self.network, self._sized(images), batch=self.at_once)

    def maps(self, images: np.ndarray) -> list[np.ndarray]:
        """Maps of the two convolutions, float64 ``(n, c_l, h_l, w_l)``, of uint8 ``(n, c, h, w)``.

        For ``perceptual_distance``; images are resized as by ``embed``.

        Raises:
            ValueError: another number of channels than in training.
        """
        return maps(self.network, self._sized(images), batch=self.at_once)

    @property
    def at_once(self) -> int:
        """How many images to ask for the maps of, where those of all would not fit into memory."""
        return at_once(self.shape)

    def _sized(self, images: np.ndarray) -> np.ndarray:
        """Images of the size of those of training."""
        if images.shape[1:] == tuple(self.shape):
            return images
        if len(self.shape) != 3:
            raise ValueError(f"the classifier takes clips of {self.shape}, not {images.shape[1:]}")
        channels, height, width = self.shape
        if images.shape[1] != channels:
            raise ValueError(f"the classifier takes {channels} channels, not {images.shape[1]}")
        if images.shape[2:] != (height, width):
            images = resize(images, (height, width))
        return images

    def notes(self, shape: tuple[int, ...]) -> list[str]:
        """What is done to images ``(c, h, w)``; to clips, nothing."""
        if len(self.shape) != 3:
            return []
        (_, height, width), (_, own_height, own_width) = shape, self.shape
        if (height, width) == (own_height, own_width):
            return []
        return [
            f"{height}x{width} resized to {own_height}x{own_width}"
            " (bicubic, antialiased, as clean-fid does)"
        ]
