"""Train the feature extractor of a data set, and embed its real images.

`gan-benchmark features digits` writes to features/digits/:

- classifier.safetensors: the weights of a small classifier, trained here and pinned;
- content.safetensors, on the super-resolution track: a classifier with other weights, for losses
  that compare images: no variant is scored by the network that it was trained with;
- classifier_2.safetensors, classifier_2_train.npz and the like, of images from noise: two more
  classifiers with other seeds, to compare ranks; of a subset, classifier_2_reference.npz;
- space.json: the feature space named in params.yaml, the SHA-256 of its weights, and how images are
  preprocessed for its network;
- matching.safetensors, of images with captions: the weights of two networks that embed both in one
  space, trained here and pinned; features/digits.json then holds held-out R-precision too;
- captions.safetensors, likewise: an encoder with other weights, whose codes generators are given;
- train.npz, validation.npz, test.npz, of a subset reference.npz: the embedded real images: features
  ``(n, d)`` and, if the extractor has them, class probabilities ``(n, classes)``;
- random.safetensors, random_train.npz and the like, of images: the weights of a random network, and
  the features in its space;
- frames.npz, of clips: mean and covariance of the features of their single frames.

For text it trains a language model instead, and writes language.safetensors, the negative
log-likelihood per held-out token, and sentences.npz: mean and covariance of the embedded
training sentences.

The extractors are in benchmark/features/extractors/. The classifier is trained whatever the feature
space: it also assigns classes to samples. For data without classes it keeps its random weights, is
not used, and features/digits.json is empty.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic, use_full_float32
from benchmark.common.files import read_arrays, read_json
from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import save_arrays, save_tensors, write_json
from benchmark.config.selection import expect
from benchmark.data.classes import count_dataset_classes
from benchmark.data.splits import (
    load_classifier_split,
    load_split,
    load_vocabulary,
    map_split,
    name_extractor_split,
    name_reference_split,
)
from benchmark.features import extractors, frames
from benchmark.features.extractors import classifier, language, matching, random
from benchmark.features.extractors.video_classifier import VideoClassifier

FOLDER = Path("features")
EMBEDDED = ("train", "validation", "test")  # parts that samples are compared with, or ``reference``
BATCH = 1000  # images between two movements of the progress bar


def load_pinned_extractor(dataset: str) -> extractors.FeatureExtractor:
    """Load the extractor that the real images of a data set were embedded by; else exit."""
    record = read_extractor_record(dataset)
    extractor = extractors.load(record["space"], dataset=dataset)
    digest = sha256(extractor.file)
    if digest != record["sha256"]:
        stop(
            f"feature space {extractor.name}: {extractor.file}: expected the weights that the real"
            f" images of {dataset} were embedded by, sha256 {record['sha256']}, got {digest}; pass"
            f" those weights, or remove features/{dataset} and run make repro"
        )
    return extractor


def read_extractor_record(dataset: str) -> dict:
    """Read space.json: ``space``, ``sha256``, ``features`` and ``notes``; exit if it is missing."""
    file = FOLDER / dataset / "space.json"
    if not file.is_file():
        stop(f"{file}: expected a file, got none; run gan-benchmark features {dataset} first")
    return read_json(file, space=str, sha256=str | None, features=int | None, notes=list)


def load_real_features(dataset: str, split: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Load the stored features and class probabilities, or None, of the images of a split.

    Args:
        dataset: name of the data set.
        split: as ``train``; ``random_train`` for the features of the random network.
    """
    arrays = read_arrays(FOLDER / dataset / f"{split}.npz")
    return arrays["features"], arrays.get("probabilities")


def load_classifier_layers(dataset: str, device: torch.device) -> Callable[[Tensor], list[Tensor]]:
    """Load the content network up to its last convolution, for perceptual losses.

    Returns:
        A function from images ``(n, c, h, w)`` in [-1, 1] to the outputs of each convolution before
        its activation.
    """
    load = classifier.ClassifierExtractor.load
    network = load(dataset, name="content", device=device).network
    return network.requires_grad_(False).layers


def load_caption_encoder_weights(dataset: str) -> dict[str, Tensor]:
    """Load the weights of the caption encoder that generators use, by their names."""
    encoder = matching.load_caption_image_encoder(dataset, "captions")
    return dict(encoder.caption.state_dict())


def compute_features(dataset: str, params: config.Params) -> None:
    """Train the networks that the scores of a data set need, and embed its real samples.

    Exits with one line if params.yaml does not list the data set.
    """
    expect("a data set", dataset, params.datasets)
    for split in EMBEDDED:  # before the training, which takes long
        map_split(dataset, split)
    processes.prepare(1)  # the bits do not depend on the number of cores
    make_deterministic()
    use_full_float32()
    make_folder(FOLDER / dataset)
    tracks.load(params.datasets[dataset]).write_features(dataset, params)


def write_accuracy(dataset: str, accuracy: dict[str, float]) -> None:
    """Write held-out scores of the pinned networks, for `dvc metrics`."""
    write_json(FOLDER / f"{dataset}.json", accuracy, indent=None)


def write_without_network(dataset: str, *, space: str) -> None:
    """Record that samples are compared in a space without a network."""
    facts: dict[str, Any] = {"space": space, "sha256": None, "features": None, "notes": []}
    write_json(FOLDER / dataset / "space.json", facts)
    write_accuracy(dataset, {})


def write_language_model(dataset: str, params: config.Params) -> None:
    """Train and pin the language model of a data set of sentences."""
    nll = language.train_and_pin_language_model(dataset, params.features)
    write_accuracy(dataset, {"nll": nll})
    print(f"{dataset}: held-out NLL: {nll:.3f} nats per token")


def write(dataset: str, params: config.Params) -> None:
    """Train and pin the classifier of a data set, and embed its images in its feature space."""
    device = default_device()
    network, accuracy = train_and_pin_classifier(dataset, device, params.features)
    if tracks.load(params.datasets[dataset]).trains_content_network:
        train_and_pin_classifier(dataset, device, params.features, "content")
    if len(load_vocabulary(dataset)):
        matching.train_and_pin_caption_image_encoder(dataset, device, params.features, "captions")
        accuracy["r_precision"] = precision = matching.train_and_pin_caption_image_encoder(
            dataset, device, params.features
        )
        print(f"{dataset}: R-precision: {precision:.2%} on held-out images and their captions")
    if isinstance(network, VideoClassifier):
        frames.save_frame_moments(dataset, network)
    else:
        embed_in_random_space(dataset, device)
    write_accuracy(dataset, accuracy)
    track = params.tracks[params.datasets[dataset]]
    feature_space = track.datasets[dataset].feature_space
    if (
        tracks.load(params.datasets[dataset]).trains_further_classifiers
        and feature_space == "classifier"
        and accuracy
    ):
        embed_by_further_classifiers(dataset, device, params.features)
    embed_real_images(dataset, extractors.load(feature_space, dataset=dataset, device=device))


def embed_by_further_classifiers(
    dataset: str, device: torch.device, settings: config.Features
) -> None:
    """Train classifiers with other seeds, and write the features of the images to compare with."""
    for name in classifier.FURTHER:
        train_and_pin_classifier(dataset, device, settings, name)
        extractor = classifier.ClassifierExtractor.load(dataset, name=name, device=device)
        splits = (name_reference_split(dataset),)
        embed_splits(dataset, extractor, prefix=f"{name}_", splits=splits)


def train_and_pin_classifier(
    dataset: str, device: torch.device, settings: config.Features, name: str = "classifier"
) -> tuple[Any, dict[str, float]]:
    """Train a classifier of a data set and write its weights; without classes, do not train it.

    Args:
        dataset: name of the data set.
        device: where it is trained.
        settings: epochs and the like.
        name: as for `classifier.pinned_path`.

    Returns:
        The network, and its ``accuracy`` on held-out images, 0 to 1, if there are classes.
    """
    images, labels = load_classifier_split(dataset, name_extractor_split(dataset))
    classes = count_dataset_classes(dataset)
    has_classes = max(classes) > 1
    if not has_classes:
        settings = settings.model_copy(update={"epochs": 0})
    network = classifier.train_classifier(
        torch.from_numpy(images).to(device),
        torch.from_numpy(labels).to(device),
        settings,
        classes=classes,
        name=name,
        title=f"{dataset}: training {name}",
    )
    save_tensors(
        classifier.pinned_path(dataset, name),
        {key: value.cpu() for key, value in network.state_dict().items()},
    )
    if not has_classes:
        return network, {}
    images, labels = load_classifier_split(dataset, "test")
    _, probabilities = classifier.embed_images(network, images)
    predicted = classifier.predict_classes(network, probabilities).reshape(labels.shape)
    accuracy = float((predicted == labels).mean())
    print(f"{dataset}: {name} accuracy: {accuracy:.2%} on {len(labels)} held-out images")
    return network, {"accuracy": accuracy}


def embed_real_images(dataset: str, extractor: extractors.FeatureExtractor) -> None:
    """Embed the images of a data set; write the features, and the record of the extractor."""
    shape = embed_splits(dataset, extractor)
    notes = extractor.describe_preprocessing(shape)
    record = {
        "space": extractor.name,
        "sha256": sha256(extractor.file),
        "features": extractor.features,
        "notes": notes,
    }
    write_json(FOLDER / dataset / "space.json", record)
    print(f"{dataset}: {'; '.join([f'feature space {extractor.name}', *notes])}")


def embed_in_random_space(dataset: str, device: torch.device | None = None) -> None:
    """Write the random network of a data set of images, and the features of its images."""
    shape = map_split(dataset, "train")["images"].shape[1:]
    save_tensors(classifier.pinned_path(dataset, "random"), random.draw_weights(shape))
    extractor = extractors.load("random", dataset=dataset, device=device)
    embed_splits(dataset, extractor, prefix="random_")


def embed_splits(
    dataset: str,
    extractor: extractors.FeatureExtractor,
    *,
    prefix: str = "",
    splits: Sequence[str] | None = None,
) -> tuple[int, ...]:
    """Embed the images of a data set, and write the features.

    Args:
        dataset: name of the data set.
        extractor: the network.
        prefix: of the names of the files.
        splits: parts of the data set; None for all that samples are compared with.

    Returns:
        The shape of an image, ``(c, h, w)``, or of a clip.
    """
    for split in splits or dict.fromkeys((*EMBEDDED, name_reference_split(dataset))):
        images, _ = load_split(dataset, split)
        features, probabilities = extractors.embed_batches(
            extractor,
            (images[start : start + BATCH] for start in range(0, len(images), BATCH)),
            total=len(images),
            title=f"{dataset} {split} in {extractor.name}",
        )
        arrays = {"features": features} | (
            {} if probabilities is None else {"probabilities": probabilities}
        )
        save_arrays(FOLDER / dataset / f"{prefix}{split}.npz", **arrays)
    return images.shape[1:]
