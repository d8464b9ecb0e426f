"""Captions and images in one space, in which what belongs together is near.

Two small networks, trained once by the stage `features` and pinned: one reads captions, the other
looks at images. Each caption of a batch is to be nearer to its own image than the others are, and
each image to its caption, as in Xu et al. 2018 (AttnGAN), arXiv:1711.10485, equations 7 to 13, for
whole captions; Reed et al. 2016 and StackGAN rely on such an encoder too (arXiv:1605.05395).
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.data.pixels import to_unit
from benchmark.data.splits import load_classifier_split, load_condition, load_split, load_vocabulary
from benchmark.features.extractors.classifier import Classifier
from benchmark.features.extractors.training import shuffled_batches
from benchmark.metrics.r_precision import r_precision
from gans.common.networks.captions import EMBEDDING, CaptionEncoder

SHARPNESS = 10.0  # by which cosines are multiplied, gamma_3 of AttnGAN
BATCH = 500
CANDIDATES = 100


class Matching(nn.Module):
    """The two networks.

    Args:
        shape: ``(c, h, w)`` of an image.
        vocabulary: number of words, the padding included.
    """

    def __init__(self, shape: tuple[int, ...], vocabulary: int) -> None:
        super().__init__()
        self.caption = CaptionEncoder(vocabulary)
        self.picture = Classifier(shape, EMBEDDING)

    def captions(self, condition: np.ndarray) -> np.ndarray:
        """Captions, int64 ``(n, words)``, in the joint space, float64 ``(n, d)``."""
        return self._embed(self.caption, condition)

    def pictures(self, images: np.ndarray) -> np.ndarray:
        """Images, uint8 ``(n, c, h, w)``, in the joint space, float64 ``(n, d)``."""
        return self._embed(self.picture, images)

    def _embed(self, network: nn.Module, arrays: np.ndarray) -> np.ndarray:
        device = next(self.parameters()).device
        with torch.no_grad():
            parts = [
                network(to_unit(part.to(device))).double().cpu()
                for part in torch.from_numpy(arrays).split(BATCH)
            ]
        return torch.cat(parts).numpy()


def fit(
    images: Tensor,
    condition: Tensor,
    vocabulary: int,
    settings: config.Features,
    *,
    title: str = "training caption encoder",
) -> Matching:
    """Train on images, uint8 ``(n, c, h, w)``, and their captions, int64 ``(n, words)``.

    ``title`` names the step in the progress.
    """
    torch.manual_seed(stream(settings.seed, "matching"))
    matching = Matching(tuple(images.shape[1:]), vocabulary).to(images.device)
    optimizer = torch.optim.Adam(matching.parameters(), lr=settings.lr, fused=True)
    batch = min(settings.batch, len(images))
    own = torch.arange(batch, device=images.device)
    total = settings.epochs * (len(images) // batch) * batch
    batches = shuffled_batches(
        len(images), batch=batch, epochs=settings.epochs, device=images.device
    )
    with ProgressBar(title, total=total, unit="image") as progress:
        for chosen in batches:
            looked = normalize(matching.picture(to_unit(images[chosen])), dim=1)
            read = normalize(matching.caption(condition[chosen]), dim=1)
            near = SHARPNESS * looked @ read.T
            optimizer.zero_grad()
            (cross_entropy(near, own) + cross_entropy(near.T, own)).backward()
            optimizer.step()
            progress.advance(batch)
    return matching.eval()


def pinned(dataset: str) -> Path:
    """Where the stage `features` puts the weights."""
    return Path("features") / dataset / "matching.safetensors"


def pin(dataset: str, device: torch.device, settings: config.Features) -> float:
    """Train the networks of a data set and write their weights; R-precision on held-out pairs."""
    (images, condition), (shown, said) = (
        (load_split(dataset, split)[0], captions(dataset, split)) for split in ("train", "test")
    )
    known = len(load_vocabulary(dataset))
    matching = fit(
        torch.from_numpy(images).to(device),
        torch.from_numpy(condition).to(device),
        known,
        settings,
        title=f"{dataset}: training caption encoder",
    )
    weights = {name: value.cpu() for name, value in matching.state_dict().items()}
    save_file(weights, pinned(dataset))
    return score(matching, matching.captions(said), shown, meanings(dataset))


def captions(dataset: str, split: str) -> np.ndarray:
    """The captions of a data set, int64 ``(n, words)``."""
    condition = load_condition(dataset, split)
    assert condition is not None  # or nobody asks for them
    return condition


def meanings(dataset: str) -> np.ndarray:
    """What each held-out caption says, as a number: those of equal attributes or words the same."""
    said = load_classifier_split(dataset, "test")[1]
    said = said if said.ndim == 2 else captions(dataset, "test")
    return np.unique(said, axis=0, return_inverse=True)[1].reshape(-1)


def score(matching: Matching, captions: np.ndarray, images: np.ndarray, alike: np.ndarray) -> float:
    """R-precision of images, uint8 ``(n, c, h, w)``, drawn for the first of embedded captions.

    Of a hundred captions; of all, where there are not so many that say something else.
    """
    captions, alike = captions[: len(images)], alike[: len(images)]
    most = len(alike) - int(np.unique(alike, return_counts=True)[1].max()) + 1
    return r_precision(
        captions,
        matching.pictures(images),
        seed=stream(0, "other captions"),
        alike=alike,
        candidates=min(CANDIDATES, most),
    )


def load(dataset: str) -> Matching:
    """The pinned networks of a data set, on the CPU."""
    if not (file := pinned(dataset)).is_file():
        stop(f"{file}: no such file; run dvc repro features_text_to_image@{dataset} first")
    network = Matching(load_split(dataset, "train")[0].shape[1:], len(load_vocabulary(dataset)))
    network.load_state_dict(load_file(file))
    return network.eval()
