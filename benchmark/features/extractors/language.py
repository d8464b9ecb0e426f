"""Sentences in the states of a language model, whose Fréchet distance says how near texts are.

An LSTM, trained once on the training sentences by the stage `features` and pinned, reads a
sentence; the mean of its states over the tokens, the end among them, stands for the sentence.
Fréchet distances between embedded sentences are those of Semeniuta, Severyn and Gelly 2018,
arXiv:1806.04936, section 3, and of de Masson d'Autume et al. 2019, arXiv:1905.09922, section 3,
whose networks have learnt from other text; here each data set has its own.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.seeds import stream
from benchmark.data.sentences import Lexicon
from benchmark.data.splits import load_split, load_vocabulary
from benchmark.metrics.frechet import statistics
from gans.common.networks.recurrent import Recurrent

FOLDER = Path("features")
WIDTH, HIDDEN = 32, 64  # of the embedding of tokens, and of sentences
LR = 1e-2
EPOCH = 2_500  # sentences
MOST = 10_000  # training sentences whose mean and covariance are kept
BATCH = 500


class Language:
    """A language model that embeds sentences.

    Args:
        network: it has learnt the text.
        lexicon: of the data set.
    """

    def __init__(self, network: Recurrent, lexicon: Lexicon) -> None:
        self.network, self.lexicon = network.eval(), lexicon

    def embed(self, sentences: np.ndarray) -> np.ndarray:
        """Sentences, int64 ``(n, length)``, as their mean states, float64 ``(n, 64)``."""
        lengths, length = self.lexicon.count_words(sentences), sentences.shape[1]
        read = np.arange(length) < np.minimum(lengths + 1, length)[:, None]  # with the end
        shares = torch.from_numpy(read / read.sum(axis=1, keepdims=True))
        parts = []
        with torch.no_grad():
            for tokens, share in zip(
                torch.from_numpy(sentences).split(BATCH), shares.split(BATCH), strict=True
            ):
                states, _ = self.network.lstm(self.network.embedding(tokens))
                parts.append((states.double() * share[:, :, None]).sum(dim=1))
        return torch.cat(parts).numpy()


def fit(tokens: Tensor, vocabulary: int, settings: config.Features) -> Recurrent:
    """Learn sentences, int64 ``(n, length)``, by their likelihood."""
    torch.manual_seed(stream(settings.seed, "language"))
    network = Recurrent(vocabulary, WIDTH, HIDDEN)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    for _ in range(settings.epochs * EPOCH // settings.batch):
        chosen = torch.randint(len(tokens), (settings.batch,))
        optimizer.zero_grad()
        network.nll(tokens[chosen]).mean().backward()
        optimizer.step()
    return network


def pinned(dataset: str) -> Path:
    """Where the stage `features` puts the weights."""
    return FOLDER / dataset / "language.safetensors"


def pin(dataset: str, settings: config.Features) -> float:
    """Train the model of a data set, and write it and what the training sentences look like to it.

    Returns:
        The negative log-likelihood of a held-out token, in nats.
    """
    sentences, held_out = (load_split(dataset, split)[0] for split in ("train", "test"))
    network = fit(torch.from_numpy(sentences), len(load_vocabulary(dataset)), settings)
    save_file(dict(network.state_dict()), pinned(dataset))
    mean, covariance = statistics(Language(network, Lexicon.load(dataset)).embed(sentences[:MOST]))
    np.savez(FOLDER / dataset / "sentences.npz", mean=mean, covariance=covariance)
    with torch.no_grad():
        parts = torch.from_numpy(held_out).split(BATCH)
        return float(torch.cat([network.nll(part) for part in parts]).double().mean())


def load(dataset: str) -> Language:
    """The pinned model of a data set; exits with a line if it is not there."""
    file = pinned(dataset)
    if not file.is_file():
        stop(f"{file}: no such file; run dvc repro features_text@{dataset} first")
    network = Recurrent(len(load_vocabulary(dataset)), WIDTH, HIDDEN)
    network.load_state_dict(load_file(file))
    return Language(network, Lexicon.load(dataset))


def real(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean ``(64,)`` and covariance ``(64, 64)`` of embedded training sentences."""
    with np.load(FOLDER / dataset / "sentences.npz") as file:
        return file["mean"], file["covariance"]
