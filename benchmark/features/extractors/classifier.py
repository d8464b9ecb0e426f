"""The classifier of a data set: a small network, trained once and pinned, for small images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmark import config
from benchmark.common.devices import default_device
from benchmark.common.messages import stop
from benchmark.common.paths import is_readable_file
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.data.classes import count_classes, count_dataset_classes
from benchmark.data.pixels import to_unit
from benchmark.data.splits import load_classifier_split
from benchmark.features.extractors.image_classifier import FEATURES, Classifier
from benchmark.features.extractors.resize import resize
from benchmark.features.extractors.training import shuffled_batches
from benchmark.features.extractors.video_classifier import VideoClassifier

FURTHER = ("classifier_2", "classifier_3")  # show how far ranks depend on the classifier
IMAGES, PIXELS = 1000, 2**20  # maximum of a forward pass


def batch_size(shape: tuple[int, ...]) -> int:
    """Choose the number of images ``(c, h, w)`` of a forward pass.

    The bits of the outputs may depend on the batch size, so it is the same for any number of
    images.
    """
    return max(1, min(IMAGES, PIXELS // (shape[1] * shape[2])))


def build_classifier(shape: tuple[int, ...], classes: Sequence[int]) -> Any:
    """Build the network for images ``(c, h, w)``, or for clips ``(c, t, h, w)``."""
    return VideoClassifier(shape, *classes) if len(shape) == 4 else Classifier(shape, classes)


def embed_images(
    classifier: Any, images: np.ndarray, *, batch: int = IMAGES
) -> tuple[np.ndarray, np.ndarray]:
    """Compute features ``(n, 64)`` and class probabilities ``(n, classes)``, float64.

    The probabilities of each label sum to 1.

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
            logits = classifier.head(hidden).double().split(classifier.classes, dim=1)
            parts = [label_logits.softmax(dim=1) for label_logits in logits]
            probabilities.append(torch.cat(parts, dim=1).cpu())
    return torch.cat(features).numpy(), torch.cat(probabilities).numpy()


def predict_classes(classifier: Any, probabilities: np.ndarray) -> np.ndarray:
    """Return the most probable class of each of k labels, ``(n, k)``.

    Args:
        classifier: the network.
        probabilities: as `embed_images` computes them, ``(n, classes)``.
    """
    ends = np.cumsum(classifier.classes)[:-1]
    parts = np.split(probabilities, ends, axis=1)
    return np.stack([part.argmax(axis=1) for part in parts], axis=1)


def compute_feature_maps(
    classifier: Classifier, images: np.ndarray, *, batch: int = IMAGES
) -> list[np.ndarray]:
    """Compute the outputs of both convolutions after their ReLUs.

    Args:
        classifier: in evaluation mode.
        images: uint8 ``(n, c, h, w)``.
        batch: images at a time.

    Returns:
        Float64 ``(n, c_l, h_l, w_l)`` for each layer.
    """
    device = next(classifier.parameters()).device
    with torch.no_grad():
        parts = [
            [layer.relu().double().cpu() for layer in classifier.layers(to_unit(part.to(device)))]
            for part in torch.from_numpy(images).split(batch)
        ]
    return [torch.cat(layer).numpy() for layer in zip(*parts, strict=True)]


def train_classifier(
    images: Tensor,
    labels: Tensor,
    settings: config.Features,
    *,
    classes: Sequence[int] | None = None,
    name: str = "classifier",
    title: str = "training classifier",
) -> Any:
    """Train a classifier on the device of the images, and show the progress.

    Args:
        images: images or clips, uint8 ``(n, ...)``.
        labels: int64 ``(n,)``; of k labels for each image, ``(n, k)``.
        settings: seed, epochs, batch and learning rate.
        classes: number of classes of each label; by default, those of ``labels``.
        name: of the network, which seeds its weights and the order of the images.
        title: name of the step in the progress.

    Returns:
        The network, in evaluation mode.
    """
    torch.manual_seed(stream(settings.seed, name))
    classes = count_classes(labels) if classes is None else classes
    classifier = build_classifier(tuple(images.shape[1:]), classes).to(images.device)
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


def pinned_path(dataset: str, name: str = "classifier") -> Path:
    """Return where the stage ``features`` writes the weights.

    Args:
        dataset: name of the data set.
        name: ``classifier``, which scores use; one of ``FURTHER``, under which FID is computed too;
            or ``content``, which losses use.
    """
    return Path("features") / dataset / f"{name}.safetensors"


class ClassifierExtractor:
    """64 features of the penultimate layer, and probabilities of the classes of the data set.

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
        cls,
        dataset: str,
        *,
        name: str = "classifier",
        weights: Path | None = None,
        device: torch.device | None = None,
    ) -> "ClassifierExtractor":
        """Load the pinned classifier of a data set; exit with one line if that fails.

        Args:
            dataset: name of the data set, which is prepared.
            name: as for `pinned_path`.
            weights: a file to use instead of the pinned one.
            device: where the network runs; None is the GPU if there is one.
        """
        file = weights or pinned_path(dataset, name)
        if not is_readable_file(file):
            advice = "run make repro, which trains it for each data set"
            stop(
                f"feature space classifier: {file}: expected a file, got none;"
                f" {'correct the path' if weights else advice}"
            )
        images, _ = load_classifier_split(dataset, "train")
        network = build_classifier(images.shape[1:], count_dataset_classes(dataset))
        try:
            network.load_state_dict(load_file(file))
        except Exception as error:  # of safetensors, or of torch for other names or shapes
            reason = str(error).splitlines()[0].rstrip(":")
            stop(
                f"feature space classifier: {file}: expected weights of {dataset}'s classifier, got"
                f" others ({reason}); replace it"
            )
        return cls(network.to(device or default_device()).eval(), file=file, shape=images.shape[1:])

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute features ``(n, 64)`` and class probabilities ``(n, classes)``, float64.

        Args:
            images: uint8 ``(n, c, h, w)``; clips ``(n, c, t, h, w)`` for a classifier of clips.

        Raises:
            ValueError: the number of channels, or the size of clips, differs from training.
        """
        return embed_images(self.network, self._resize(images), batch=self.batch_size)

    def feature_maps(self, images: np.ndarray) -> list[np.ndarray]:
        """Compute the maps of both convolutions, for ``perceptual_distance``.

        Args:
            images: uint8 ``(n, c, h, w)``; resized as by ``embed``.

        Returns:
            Float64 ``(n, c_l, h_l, w_l)`` for each layer.

        Raises:
            ValueError: the number of channels differs from training.
        """
        return compute_feature_maps(self.network, self._resize(images), batch=self.batch_size)

    @property
    def batch_size(self) -> int:
        """Number of images whose maps fit into memory together."""
        return batch_size(self.shape)

    def _resize(self, images: np.ndarray) -> np.ndarray:
        """Resize images to the size of training."""
        if images.shape[1:] == tuple(self.shape):
            return images
        if len(self.shape) != 3:
            raise ValueError(f"classifier: expected clips {self.shape}, got {images.shape[1:]}")
        channels, height, width = self.shape
        if images.shape[1] != channels:
            raise ValueError(
                f"classifier: expected images of {channels} channels, got {images.shape[1]}"
            )
        if images.shape[2:] != (height, width):
            images = resize(images, (height, width))
        return images

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to images ``(c, h, w)``; nothing is done to clips."""
        if len(self.shape) != 3:
            return []
        (_, height, width), (_, trained_height, trained_width) = shape, self.shape
        if (height, width) == (trained_height, trained_width):
            return []
        return [
            f"{height}x{width} resized to {trained_height}x{trained_width}"
            " (bicubic, antialiased, as clean-fid does)"
        ]
