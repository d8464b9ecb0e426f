"""The feature space of a data set, and the real images in it.

`gan-benchmark features digits` writes to features/digits/:

- classifier.safetensors: the weights of a small classifier, trained here and pinned;
- accuracy.json: the share of held-out images that it classifies rightly;
- space.json: the space that params.yaml names, the sha256 of its weights, and what is done to the
  images before its network sees them;
- matching.safetensors, of images with captions: the weights of two networks that bring these into
  one space, trained here and pinned; accuracy.json then holds R-precision on held-out ones too;
- train.npz, test.npz: the real images in that space: features ``(n, d)`` and, where the space has
  them, class probabilities ``(n, classes)``;
- frames.npz, of clips: mean and covariance of the features of their single frames.

Of text it trains a language model instead, and writes language.safetensors, accuracy.json with the
negative log-likelihood of a held-out token, and sentences.npz: mean and covariance of the training
sentences as it reads them.

The spaces are in benchmark/spaces/. The classifier is trained whatever the space: it also says
which class a sample is of. Of data without classes there is nothing to train it on: its weights
stay as they were drawn, nobody asks it, and accuracy.json is empty.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from benchmark import config
from benchmark.common import threads
from benchmark.common.hashing import sha256
from benchmark.common.messages import nearest, stop
from benchmark.common.progress import ProgressBar
from benchmark.data.splits import load_classifier_split, load_split, load_vocabulary
from benchmark.features import extractors
from benchmark.features.extractors import classifier, language, matching
from benchmark.features.extractors.video_classifier import EVERY, VideoClassifier, embed_frames
from benchmark.metrics.frechet import Moments

FOLDER = Path("features")
BATCH = 1000  # images between two movements of the progress bar


def space(dataset: str) -> extractors.Space:
    """The pinned space of a data set, with the weights that the real images were embedded by."""
    told = pinned(dataset)
    found = extractors.load(told["space"], dataset=dataset)
    if sha256(found.file) != told["sha256"]:
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
    return json.loads(file.read_text())


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


def features(dataset: str, settings: config.Params) -> None:
    """Train the classifier of a data set, and embed its real images in the space asked for.

    Exits with one line if it is not a data set of the tracks.
    """
    known = {
        name: own for track in settings.tracks.values() for name, own in track.datasets.items()
    }
    if dataset not in known:
        stop(f"{dataset}: not a data set of {config.FILE}; {nearest(dataset, known)}")
    threads.limit(1)  # the bits do not depend on how many cores the machine has
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or cuBLAS refuses on a GPU
    torch.use_deterministic_algorithms(True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    folder = FOLDER / dataset
    folder.mkdir(parents=True, exist_ok=True)
    if settings.text and dataset in settings.text.datasets:
        unlikely = language.pin(dataset, settings.features)
        (folder / "accuracy.json").write_text(json.dumps({"nll": unlikely}) + "\n")
        print(f"{dataset}: {unlikely:.3f} nats a held-out token")
        return

    images, labels = load_classifier_split(dataset, "train")
    told = settings.features
    if not labels.any():
        told = told.model_copy(update={"epochs": 0})
    network = classifier.fit(
        torch.from_numpy(images).to(device),
        torch.from_numpy(labels).to(device),
        told,
        title=f"{dataset}: training classifier",
    )
    save_file(
        {name: value.cpu() for name, value in network.state_dict().items()},
        classifier.pinned(dataset),
    )
    accuracy = {}
    if labels.any():
        images, labels = load_classifier_split(dataset, "test")
        _, probabilities = classifier.embed(network, images)
        said = classifier.predict(network, probabilities).reshape(labels.shape)
        accuracy["accuracy"] = right = float((said == labels).mean())
        print(f"{dataset}: classifier is right on {right:.2%} of {len(labels)} held-out images")
    if len(load_vocabulary(dataset)):
        accuracy["r_precision"] = right = matching.pin(dataset, device, settings.features)
        print(f"{dataset}: R-precision of {right:.2%} on held-out images and their captions")
    if images.ndim == 5:
        pin_frames(dataset, network)
    (folder / "accuracy.json").write_text(json.dumps(accuracy) + "\n")
    embed_real(
        dataset, extractors.load(known[dataset].feature_space, dataset=dataset, device=device)
    )


def pin_frames(dataset: str, network: VideoClassifier) -> None:
    """Write what the training clips' frames are like, one by one; neighbours are nearly alike."""
    clips, moments = load_split(dataset, "train")[0], Moments()
    with ProgressBar(f"{dataset}: embedding frames", total=len(clips), unit="clip") as progress:
        for start in range(0, len(clips), BATCH):
            part = clips[start : start + BATCH, :, ::EVERY]
            moments.update(embed_frames(network, part)[0])
            progress.advance(len(part))
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
        "sha256": sha256(chosen.file),
        "features": chosen.features,
        "notes": notes,
    }
    (FOLDER / dataset / "space.json").write_text(json.dumps(told, indent=1) + "\n")
    print(f"{dataset}: {'; '.join([f'feature space {chosen.name}', *notes])}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dataset")
    features(parser.parse_args().dataset, config.load())


if __name__ == "__main__":
    main()
