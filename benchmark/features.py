"""The feature space of a data set: a small classifier, trained once and pinned.

`python -m benchmark.features digits` writes to features/digits/:

- classifier.safetensors: the weights;
- train.npz, test.npz: features ``(n, 64)`` and class probabilities ``(n, classes)`` of the images;
- accuracy.json: the share of held-out images that it classifies rightly.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmark import data, params
from benchmark.messages import nearest, stop
from benchmark.seeds import stream

FEATURES = 64


class Classifier(nn.Module):
    """A small convolutional network; its penultimate layer gives the features.

    Args:
        shape: ``(c, h, w)`` of an image.
        classes: number of classes.
    """

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
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
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, classes))

    def forward(self, images: Tensor) -> Tensor:
        """Logits ``(n, classes)`` of images ``(n, c, h, w)`` in [-1, 1]."""
        return self.head(self.body(images))


def embed(
    classifier: Classifier, images: np.ndarray, *, batch: int = 1000
) -> tuple[np.ndarray, np.ndarray]:
    """Features ``(n, 64)`` and class probabilities ``(n, classes)``, float64.

    Args:
        classifier: in evaluation mode.
        images: uint8 ``(n, c, h, w)``.
        batch: images at a time.
    """
    device = next(classifier.parameters()).device
    features, probabilities = [], []
    with torch.no_grad():
        for part in torch.from_numpy(images).split(batch):
            hidden = classifier.body(data.to_unit(part.to(device)))
            features.append(hidden.double().cpu())
            probabilities.append(classifier.head(hidden).double().softmax(dim=1).cpu())
    return torch.cat(features).numpy(), torch.cat(probabilities).numpy()


def fit(images: Tensor, labels: Tensor, settings: params.Features) -> Classifier:
    """Train on images, uint8 ``(n, c, h, w)``, and labels, int64 ``(n,)``, on their device."""
    torch.manual_seed(stream(settings.seed, "classifier"))
    classifier = Classifier(tuple(images.shape[1:]), int(labels.max()) + 1).to(images.device)
    optimizer = torch.optim.Adam(classifier.parameters(), lr=settings.lr, fused=True)
    batch = min(settings.batch, len(images))
    for _ in range(settings.epochs):
        order = torch.randperm(len(images)).to(images.device)
        for start in range(0, len(images) - batch + 1, batch):
            chosen = order[start : start + batch]
            logits = classifier(data.to_unit(images[chosen]))
            optimizer.zero_grad()
            nn.functional.cross_entropy(logits, labels[chosen]).backward()
            optimizer.step()
    return classifier.eval()


def load(dataset: str) -> Classifier:
    """The pinned classifier of a data set, in evaluation mode."""
    weights = load_file(Path("features") / dataset / "classifier.safetensors")
    images, labels = data.read(dataset, "train")
    classifier = Classifier(images.shape[1:], int(labels.max()) + 1)
    classifier.load_state_dict(weights)
    return classifier.eval()


def real(dataset: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Stored features and probabilities of the real images of a split."""
    with np.load(Path("features") / dataset / f"{split}.npz") as file:
        return file["features"], file["probabilities"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dataset")
    dataset = parser.parse_args().dataset
    settings = params.load()
    known = [name for board in settings.boards.values() for name in board.datasets]
    if dataset not in known:
        stop(f"{dataset}: not a data set of {params.FILE}; {nearest(dataset, known)}")
    torch.set_num_threads(1)  # the bits do not depend on how many cores the machine has
    torch.use_deterministic_algorithms(True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    train_images, train_labels = data.read(dataset, "train")
    classifier = fit(
        torch.from_numpy(train_images).to(device),
        torch.from_numpy(train_labels).to(device),
        settings.features,
    )
    folder = Path("features") / dataset
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: value.cpu() for name, value in classifier.state_dict().items()},
        folder / "classifier.safetensors",
    )
    for split in ("train", "test"):
        images, labels = data.read(dataset, split)
        features, probabilities = embed(classifier, images)
        np.savez(folder / f"{split}.npz", features=features, probabilities=probabilities)
    accuracy = float((probabilities.argmax(axis=1) == labels).mean())
    (folder / "accuracy.json").write_text(json.dumps({"accuracy": accuracy}) + "\n")
    print(f"{dataset}: classifier is right on {accuracy:.2%} of {len(labels)} held-out images")


if __name__ == "__main__":
    main()
