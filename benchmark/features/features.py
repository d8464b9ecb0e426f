"""The feature space of a data set, and the real images in it.

`gan-benchmark features digits` writes to features/digits/:

- classifier.safetensors: the weights of a small classifier, trained here and pinned;
- space.json: the space that params.yaml names, the sha256 of its weights, and what is done to the
  images before its network sees them;
- matching.safetensors, of images with captions: the weights of two networks that bring these into
  one space, trained here and pinned; features/digits.json then holds R-precision on held-out ones too;
- train.npz, test.npz: the real images in that space: features ``(n, d)`` and, where the space has
  them, class probabilities ``(n, classes)``;
- frames.npz, of clips: mean and covariance of the features of their single frames.

Of text it trains a language model instead, and writes language.safetensors, features/digits.json with the
negative log-likelihood of a held-out token, and sentences.npz: mean and covariance of the training
sentences as it reads them.

The spaces are in benchmark/spaces/. The classifier is trained whatever the space: it also says
which class a sample is of. Of data without classes there is nothing to train it on: its weights
stay as they were drawn, nobody asks it, and features/digits.json is empty.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from benchmark import config, tracks
from benchmark.common import threads
from benchmark.common.files import read_json
from benchmark.common.messages import stop
from benchmark.config.selection import expect
from benchmark.data.splits import load_classifier_split, load_split, load_vocabulary
from benchmark.features import extractors
from benchmark.features.extractors import classifier, language, matching
from benchmark.features.extractors.video_classifier import EVERY, VideoClassifier, embed_frames
from benchmark.features.extractors.weights import checksum
from benchmark.metrics.frechet import Moments

FOLDER = Path("features")
BATCH = 1000  # images between two movements of the progress bar


def space(dataset: str) -> extractors.Space:
    """The pinned space of a data set, with the weights that the real images were embedded by."""
    told = pinned(dataset)
    found = extractors.load(told["space"], dataset=dataset)
    if checksum(found.file) != told["sha256"]:
        stop(
            f"feature space {found.name}: {found.file} is not the file that the real images of"
            f" {dataset} were embedded by (sha256 {told['sha256']}); give that one, or"
            f" remove features/{dataset}, and make repro makes it anew"
        )
    return found


def pinned(dataset: str) -> dict:
    """What space.json says: ``space``, ``sha256``, ``features`` and ``notes``."""
    file = FOLDER / dataset / "space.json"
    if not file.is_file():
        stop(f"{file}: no such file; make repro makes it for data sets of params.yaml")
    return read_json(file)


def real(dataset: str, split: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Stored features and probabilities (None without) of the real images of a split."""
    with np.load(FOLDER / dataset / f"{split}.npz") as file:
        return file["features"], file.get("probabilities")


def layers(dataset: str, device: torch.device) -> Callable[[Tensor], list[Tensor]]:
    """The pinned classifier of a data set, up to its last convolution, for perceptual losses.

    Images ``(n, c, h, w)`` in [-1, 1] to what each convolution gives before its activation.
    """
    network = classifier.ClassifierSpace.load(dataset, device=device).network
    return network.requires_grad_(False).layers


def caption_encoder(dataset: str) -> dict[str, Tensor]:
    """The weights of the pinned encoder of captions of a data set, by their names."""
    return dict(matching.load(dataset).caption.state_dict())


def features(dataset: str, params: config.Params) -> None:
    """Train the networks that the scores of a data set need, and embed its real samples.

    Exits with one line if params.yaml does not list the data set.
    """
    expect("a data set", dataset, params.datasets)
    threads.limit(1)  # the bits do not depend on how many cores the machine has
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or cuBLAS refuses on a GPU
    torch.use_deterministic_algorithms(True)
    (FOLDER / dataset).mkdir(parents=True, exist_ok=True)
    tracks.load(params.datasets[dataset]).write_features(dataset, params)


def write_accuracy(dataset: str, accuracy: dict[str, float]) -> None:
    """Write how well the pinned networks do on held-out data, for `dvc metrics`."""
    (FOLDER / f"{dataset}.json").write_text(json.dumps(accuracy) + "\n")


def write_without_network(dataset: str, *, space: str) -> None:
    """Write that samples are compared as they are, in a space without a network."""
    facts: dict[str, Any] = {"space": space, "sha256": None, "features": None, "notes": []}
    (FOLDER / dataset / "space.json").write_text(json.dumps(facts, indent=1) + "\n")
    write_accuracy(dataset, {})


def write_language_model(dataset: str, params: config.Params) -> None:
    """Train and pin the language model of a data set of sentences."""
    nll = language.pin(dataset, params.features)
    write_accuracy(dataset, {"nll": nll})
    print(f"{dataset}: held-out NLL: {nll:.3f} nats per token")


def write(dataset: str, params: config.Params) -> None:
    """Train and pin the classifier of a data set, and embed its images in its feature space."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    images, labels = load_classifier_split(dataset, "train")
    options = params.features
    if not labels.any():
        options = options.model_copy(update={"epochs": 0})
    network = classifier.fit(
        torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device), options
    )
    save_file(
        {name: value.cpu() for name, value in network.state_dict().items()},
        classifier.pinned(dataset),
    )
    accuracy = {}
    if labels.any():
        images, labels = load_classifier_split(dataset, "test")
        _, probabilities = classifier.embed(network, images)
        predicted = classifier.predict(network, probabilities).reshape(labels.shape)
        accuracy["accuracy"] = share = float((predicted == labels).mean())
        print(f"{dataset}: classifier is right on {share:.2%} of {len(labels)} held-out images")
    if len(load_vocabulary(dataset)):
        accuracy["r_precision"] = share = matching.pin(dataset, device, params.features)
        print(f"{dataset}: R-precision of {share:.2%} on held-out images and their captions")
    if images.ndim == 5:
        pin_frames(dataset, network)
    write_accuracy(dataset, accuracy)
    track = params.tracks[params.datasets[dataset]]
    space = track.datasets[dataset].feature_space
    embed_real(dataset, extractors.load(space, dataset=dataset, device=device))


def pin_frames(dataset: str, network: VideoClassifier) -> None:
    """Write what the training clips' frames are like, one by one; neighbours are nearly alike."""
    clips, moments = load_split(dataset, "train")[0], Moments()
    for start in range(0, len(clips), BATCH):
        moments.update(embed_frames(network, clips[start : start + BATCH, :, ::EVERY])[0])
    np.savez(FOLDER / dataset / "frames.npz", mean=moments.mean, covariance=moments.covariance)


def real_frames(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean ``(32,)`` and covariance ``(32, 32)`` of the features of single training frames."""
    with np.load(FOLDER / dataset / "frames.npz") as file:
        return file["mean"], file["covariance"]


def embed_real(dataset: str, chosen: extractors.Space) -> None:
    """Embed both splits, and write down by what."""
    for split in ("train", "test"):
        images, _ = load_split(dataset, split)
        features, probabilities = extractors.embed_batches(
            chosen,
            (images[start : start + BATCH] for start in range(0, len(images), BATCH)),
            total=len(images),
            title=f"{dataset} {split} in {chosen.name}",
        )
        stored = {"features": features} | (
            {} if probabilities is None else {"probabilities": probabilities}
        )
        np.savez(FOLDER / dataset / f"{split}.npz", **stored)  # type: ignore[arg-type]
    notes = chosen.notes(images.shape[1:])
    told = {
        "space": chosen.name,
        "sha256": checksum(chosen.file),
        "features": chosen.features,
        "notes": notes,
    }
    (FOLDER / dataset / "space.json").write_text(json.dumps(told, indent=1) + "\n")
    print(f"{dataset}: {'; '.join([f'feature space {chosen.name}', *notes])}")
