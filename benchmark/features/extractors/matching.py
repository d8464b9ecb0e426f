"""The dual encoder of a data set: captions and images in one joint space.

Two small networks, trained once by the stage `features` and pinned: one embeds captions, the other
images. Training moves each caption of a batch closer to its image than to the other images, and
each image closer to its caption, as in Xu et al. 2018 (AttnGAN), arXiv:1711.10485, equations 7 to
13, for whole captions; Reed et al. 2016 (arXiv:1605.05395) and StackGAN rely on such an encoder
too. The names of its networks are keys of pinned files and must not change.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from benchmark import config
from benchmark.common.devices import default_device
from benchmark.common.files import expect_form, read_tensors
from benchmark.common.messages import stop
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.common.writing import save_tensors
from benchmark.data.pixels import to_unit
from benchmark.data.splits import (
    load_classifier_split,
    load_condition,
    load_split,
    load_vocabulary,
    name_extractor_split,
)
from benchmark.features.extractors.image_classifier import Classifier
from benchmark.features.extractors.training import shuffled_batches
from benchmark.metrics.r_precision import r_precision
from gans.common.networks.captions import EMBEDDING, CaptionEncoder

SHARPNESS = 10.0  # factor of the cosines, gamma_3 of AttnGAN
BATCH = 500
CANDIDATES = 100  # captions that R-precision compares each image with


class CaptionImageEncoder(nn.Module):
    """A dual encoder of captions and images.

    Args:
        shape: ``(c, h, w)`` of an image.
        vocabulary: number of words, including the padding.
    """

    def __init__(self, shape: tuple[int, ...], vocabulary: int) -> None:
        super().__init__()
        self.caption = CaptionEncoder(vocabulary)
        self.picture = Classifier(shape, EMBEDDING)

    def embed_captions(self, captions: np.ndarray) -> np.ndarray:
        """Embed captions, int64 ``(n, words)``, as float64 ``(n, d)``."""
        return self._embed(self.caption, captions)

    def embed_images(self, images: np.ndarray) -> np.ndarray:
        """Embed images, uint8 ``(n, c, h, w)``, as float64 ``(n, d)``."""
        return self._embed(self.picture, images)

    def _embed(self, network: nn.Module, arrays: np.ndarray) -> np.ndarray:
        """Embed arrays by one of the networks, batch by batch."""
        device = next(self.parameters()).device
        with torch.no_grad():
            parts = [
                network(to_unit(part.to(device))).double().cpu()
                for part in torch.from_numpy(arrays).split(BATCH)
            ]
        return torch.cat(parts).numpy()


def train_caption_image_encoder(
    images: Tensor,
    captions: Tensor,
    vocabulary: int,
    settings: config.Features,
    *,
    name: str = "matching",
    title: str = "training caption encoder",
) -> CaptionImageEncoder:
    """Train a dual encoder on the device of the images, and show the progress.

    Args:
        images: uint8 ``(n, c, h, w)``.
        captions: int64 ``(n, words)``; caption i belongs to image i.
        vocabulary: number of words, including the padding.
        settings: seed, epochs, batch and learning rate.
        name: of the encoder, which seeds its weights and the order of the images.
        title: name of the step in the progress.

    Returns:
        The encoder, in evaluation mode.
    """
    torch.manual_seed(stream(settings.seed, name))
    encoder = CaptionImageEncoder(tuple(images.shape[1:]), vocabulary).to(images.device)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=settings.lr, fused=True)
    batch = min(settings.batch, len(images))
    targets = torch.arange(batch, device=images.device)
    total = settings.epochs * (len(images) // batch) * batch
    batches = shuffled_batches(
        len(images), batch=batch, epochs=settings.epochs, device=images.device
    )
    with ProgressBar(title, total=total, unit="image") as progress:
        for index in batches:
            image_vectors = normalize(encoder.picture(to_unit(images[index])), dim=1)
            caption_vectors = normalize(encoder.caption(captions[index]), dim=1)
            similarity = SHARPNESS * image_vectors @ caption_vectors.T
            optimizer.zero_grad()
            loss = cross_entropy(similarity, targets) + cross_entropy(similarity.T, targets)
            loss.backward()
            optimizer.step()
            progress.advance(batch)
    return encoder.eval()


def pinned_path(dataset: str, name: str = "matching") -> Path:
    """Return where the stage `features` writes the weights.

    Args:
        dataset: name of the data set.
        name: ``matching``, which scores use; or ``captions``, which is an input of generators.
    """
    return Path("features") / dataset / f"{name}.safetensors"


def train_and_pin_caption_image_encoder(
    dataset: str, device: torch.device, settings: config.Features, name: str = "matching"
) -> float:
    """Train an encoder of a data set and write its weights; return held-out R-precision.

    Generators see the codes of ``captions``, which has learnt from the images that they learn from:
    in the space of the same encoder, their images would match the captions better than they do.

    Args:
        dataset: name of the data set.
        device: where it is trained.
        settings: epochs and the like.
        name: as for `pinned_path`.
    """
    lesson = name_extractor_split(dataset) if name == "matching" else "train"
    (images, captions), (test_images, test_captions) = (
        (load_split(dataset, split)[0], load_captions(dataset, split)) for split in (lesson, "test")
    )
    encoder = train_caption_image_encoder(
        torch.from_numpy(images).to(device),
        torch.from_numpy(captions).to(device),
        len(load_vocabulary(dataset)),
        settings,
        name=name,
        title=f"{dataset}: training {name} encoder",
    )
    weights = {name: value.cpu() for name, value in encoder.state_dict().items()}
    save_tensors(pinned_path(dataset, name), weights)
    return compute_r_precision(
        encoder,
        encoder.embed_captions(test_captions),
        test_images,
        load_caption_meanings(dataset, "test"),
    )


def load_captions(dataset: str, split: str) -> np.ndarray:
    """Load the captions of a data set that has captions, int64 ``(n, words)``."""
    captions = load_condition(dataset, split)
    assert captions is not None  # callers ask only for data sets with captions
    return captions


def load_caption_meanings(dataset: str, split: str) -> np.ndarray:
    """Number the meanings of the captions of a split, ``(n,)``.

    Captions of equal attributes, or without attributes of equal words, have the same number.
    """
    labels = load_classifier_split(dataset, split)[1]
    attributes = labels if labels.ndim == 2 else load_captions(dataset, split)
    return np.unique(attributes, axis=0, return_inverse=True)[1].reshape(-1)


def compute_r_precision(
    encoder: CaptionImageEncoder,
    caption_vectors: np.ndarray,
    images: np.ndarray,
    meanings: np.ndarray,
) -> float:
    """Compute R-precision of images that were drawn for the first captions, 0 to 1.

    Each image is compared with 100 captions, or with fewer if there are not enough captions of
    another meaning.

    Args:
        encoder: of the data set.
        caption_vectors: embedded captions, ``(m, d)``, m at least n.
        images: uint8 ``(n, c, h, w)``; image i was drawn for caption i.
        meanings: of the captions, ``(m,)``.
    """
    caption_vectors, meanings = caption_vectors[: len(images)], meanings[: len(images)]
    largest_group = int(np.unique(meanings, return_counts=True)[1].max())
    return r_precision(
        caption_vectors,
        encoder.embed_images(images),
        seed=stream(0, "other captions"),
        meanings=meanings,
        candidates=min(CANDIDATES, len(meanings) - largest_group + 1),
    )


def load_caption_image_encoder(dataset: str, name: str = "matching") -> CaptionImageEncoder:
    """Load a pinned encoder of a data set; exit with one line if it is missing.

    Args:
        dataset, name: as for `pinned_path`.
    """
    if not (file := pinned_path(dataset, name)).is_file():
        stop(f"{file}: expected a file, got none; run dvc repro features@{dataset} first")
    shape = load_split(dataset, "train")[0].shape[1:]
    encoder = CaptionImageEncoder(shape, len(load_vocabulary(dataset)))
    tensors = read_tensors(file)
    with expect_form(file, f"weights of the encoders of {dataset}"):
        encoder.load_state_dict(tensors)
    return encoder.to(default_device()).eval()
