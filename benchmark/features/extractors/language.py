"""The language model of a data set of text, which embeds sentences for a Fréchet distance.

An LSTM, trained once on the training sentences by the stage `features` and pinned, reads a
sentence; the mean of its states over the tokens, the end included, is the embedding. Fréchet
distances between embedded sentences are those of Semeniuta, Severyn and Gelly 2018,
arXiv:1806.04936, section 3, and of de Masson d'Autume et al. 2019, arXiv:1905.09922, section 3,
whose networks were trained on other text; here each data set has its own model.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmark import config
from benchmark.common.devices import default_device
from benchmark.common.files import expect_form, read_arrays, read_tensors
from benchmark.common.messages import stop
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.common.writing import save_arrays, save_tensors
from benchmark.data.sentences import Lexicon
from benchmark.data.splits import load_split, load_vocabulary, name_extractor_split
from benchmark.metrics.frechet import feature_moments
from gans.common.networks.recurrent import Recurrent

FOLDER = Path("features")
WIDTH, HIDDEN = 32, 64  # of the embedding of tokens, and of sentences
LR = 1e-2
EPOCH = 625  # sentences
MAX_SENTENCES = 10_000  # training sentences whose mean and covariance are stored
BATCH = 500


class LanguageModel:
    """A language model that embeds sentences.

    Args:
        network: trained on the text.
        lexicon: of the data set.
    """

    def __init__(self, network: Recurrent, lexicon: Lexicon) -> None:
        self.network, self.lexicon = network.eval(), lexicon

    def embed(self, sentences: np.ndarray) -> np.ndarray:
        """Compute the mean states, float64 ``(n, 64)``, of sentences, int64 ``(n, length)``."""
        device = next(self.network.parameters()).device
        lengths, length = self.lexicon.count_words(sentences), sentences.shape[1]
        is_read = np.arange(length) < np.minimum(lengths + 1, length)[:, None]  # with the end
        shares = torch.from_numpy(is_read / is_read.sum(axis=1, keepdims=True))
        parts = []
        with torch.no_grad():
            for tokens, share in zip(
                torch.from_numpy(sentences).split(BATCH), shares.split(BATCH), strict=True
            ):
                states, _ = self.network.lstm(self.network.embedding(tokens.to(device)))
                parts.append((states.double().cpu() * share[:, :, None]).sum(dim=1))
        return torch.cat(parts).numpy()


def train_language_model(
    tokens: Tensor,
    vocabulary: int,
    settings: config.Features,
    *,
    title: str = "training language model",
) -> Recurrent:
    """Train a language model by maximum likelihood, and show the progress.

    Args:
        tokens: sentences, int64 ``(n, length)``, on the device of the network.
        vocabulary: number of words.
        settings: seed, epochs (of 625 sentences) and batch.
        title: name of the step in the progress.
    """
    torch.manual_seed(stream(settings.seed, "language"))
    network = Recurrent(vocabulary, WIDTH, HIDDEN).to(tokens.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    steps = settings.epochs * EPOCH // settings.batch
    with ProgressBar(title, total=steps * settings.batch, unit="sentence") as progress:
        for _ in range(steps):
            index = torch.randint(len(tokens), (settings.batch,))
            optimizer.zero_grad()
            network.nll(tokens[index.to(tokens.device)]).mean().backward()
            optimizer.step()
            progress.advance(settings.batch)
    return network


def pinned_path(dataset: str) -> Path:
    """Return where the stage `features` writes the weights."""
    return FOLDER / dataset / "language.safetensors"


def train_and_pin_language_model(dataset: str, settings: config.Features) -> float:
    """Train the model of a data set; write it and the moments of embedded training sentences.

    Returns:
        The negative log-likelihood per held-out token, in nats.
    """
    device = default_device()
    sentences, lesson, held_out = (
        load_split(dataset, split)[0] for split in ("train", name_extractor_split(dataset), "test")
    )
    network = train_language_model(
        torch.from_numpy(lesson).to(device),
        len(load_vocabulary(dataset)),
        settings,
        title=f"{dataset}: training language model",
    )
    state = {name: value.cpu() for name, value in network.state_dict().items()}
    save_tensors(pinned_path(dataset), state)
    model = LanguageModel(network, Lexicon.load(dataset))
    mean, covariance = feature_moments(model.embed(sentences[:MAX_SENTENCES]))
    save_arrays(FOLDER / dataset / "sentences.npz", mean=mean, covariance=covariance)
    with torch.no_grad():
        parts = torch.from_numpy(held_out).to(device).split(BATCH)
        return float(torch.cat([network.nll(part) for part in parts]).double().mean())


def load_language_model(dataset: str) -> LanguageModel:
    """Load the pinned model of a data set; exit with one line if it is missing."""
    file = pinned_path(dataset)
    if not file.is_file():
        stop(f"{file}: expected a file, got none; run dvc repro features@{dataset} first")
    network = Recurrent(len(load_vocabulary(dataset)), WIDTH, HIDDEN)
    tensors = read_tensors(file)
    with expect_form(file, f"weights of the language model of {dataset}"):
        network.load_state_dict(tensors)
    return LanguageModel(network.to(default_device()), Lexicon.load(dataset))


def load_sentence_moments(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Load mean ``(64,)`` and covariance ``(64, 64)`` of embedded training sentences."""
    moments = read_arrays(FOLDER / dataset / "sentences.npz", "mean", "covariance")
    return moments["mean"], moments["covariance"]
