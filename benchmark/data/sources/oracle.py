"""An LSTM with random weights as the true distribution: the benchmark of SeqGAN.

Yu et al. 2017, arXiv:1609.05473, section 5. The oracle computes the likelihood of any sentence
exactly. All weights are drawn from N(0, 1), and the embedding of token 0 is read before the first
token. Computed in double precision, in NumPy.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, log_softmax, softmax

from benchmark.common.messages import stop, summarise_error
from benchmark.common.paths import expand, is_folder, is_readable_file
from benchmark.common.seeds import stream
from benchmark.data.parts import Parts
from benchmark.data.splits import SplitArrays

if TYPE_CHECKING:
    from benchmark import config

GATES = ("i", "f", "og", "c")  # input, forget, output, cell
WIDTH = HIDDEN = 32
HELD_OUT = 10  # training sentences for each held-out one
CHUNK = 2000  # sentences processed together
# the arrays of its weights, named and ordered as in the authors' file target_params.pkl
NAMES = ("embeddings", *(f"{kind}{gate}" for gate in GATES for kind in "WUb"), "Wo", "bo")

State = tuple[np.ndarray, np.ndarray]  # hidden and cell, (n, hidden) each


class Oracle:
    """A recurrent network with one LSTM layer.

    Args:
        weights: embeddings ``(vocabulary, width)``; of each gate W ``(width, hidden)``, U
            ``(hidden, hidden)`` and b ``(hidden,)``; Wo ``(hidden, vocabulary)`` and bo
            ``(vocabulary,)``.

    Raises:
        ValueError: an array is missing, of another shape, or not finite.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        for name in NAMES:
            if name not in weights:
                raise ValueError(f"expected arrays {', '.join(NAMES)}, got no {name}")
        self.weights = {name: np.asarray(weights[name]) for name in NAMES}
        sides = {name: self.weights[name].shape for name in ("embeddings", "Wo")}
        for name, side in sides.items():
            if len(side) != 2:
                raise ValueError(f"{name}: expected 2 axes, got shape {side}")
        (self.vocabulary, width), hidden = sides["embeddings"], sides["Wo"][0]
        shapes: dict[str, tuple[int, ...]] = {
            "embeddings": (self.vocabulary, width),
            "Wo": (hidden, self.vocabulary),
        }
        for gate in GATES:
            shapes |= {f"W{gate}": (width, hidden), f"U{gate}": (hidden, hidden)}
            shapes[f"b{gate}"] = (hidden,)
        shapes["bo"] = (self.vocabulary,)
        for name, shape in shapes.items():
            array = self.weights[name]
            if array.shape != shape:
                raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
            if array.dtype.kind != "f" or not np.isfinite(array).all():
                raise ValueError(f"{name}: expected finite floating-point numbers")
        used = {name: array.astype(np.float64) for name, array in self.weights.items()}
        self._embeddings, self._out, self._bias = used["embeddings"], used["Wo"], used["bo"]
        self._from_input, self._from_hidden, self._offset = (
            np.concatenate([used[f"{kind}{gate}"] for gate in GATES], axis=-1) for kind in "WUb"
        )

    @classmethod
    def draw_weights(cls, vocabulary: int, generator: np.random.Generator) -> "Oracle":
        """Make an oracle with float32 weights drawn from N(0, 1)."""
        shapes = {
            "embeddings": (vocabulary, WIDTH),
            "Wo": (HIDDEN, vocabulary),
            "bo": (vocabulary,),
        }
        for gate in GATES:
            shapes |= {f"W{gate}": (WIDTH, HIDDEN), f"U{gate}": (HIDDEN, HIDDEN)}
            shapes[f"b{gate}"] = (HIDDEN,)
        return cls(
            {name: generator.standard_normal(shapes[name]).astype(np.float32) for name in NAMES}
        )

    def draw(self, n: int, length: int, generator: np.random.Generator) -> np.ndarray:
        """Draw sentences, int64 ``(n, length)``."""
        parts = []
        for start in range(0, n, CHUNK):
            count = min(CHUNK, n - start)
            tokens = np.zeros((count, length), dtype=np.int64)
            state = self._initial_state(count)
            for place in range(length):
                logits, state = self._advance(self._previous(tokens, place), state)
                cumulative = softmax(logits, axis=1).cumsum(axis=1)
                threshold = generator.random((count, 1)) * cumulative[:, -1:]
                tokens[:, place] = (cumulative <= threshold).sum(axis=1)
            parts.append(tokens)
        return np.concatenate(parts)

    def nll(self, tokens: np.ndarray) -> np.ndarray:
        """Compute the negative log-likelihood of each token, in nats, ``(n, length)``."""
        nll = np.empty(tokens.shape)
        for start in range(0, len(tokens), CHUNK):
            part = tokens[start : start + CHUNK]
            state = self._initial_state(len(part))
            for place in range(tokens.shape[1]):
                logits, state = self._advance(self._previous(part, place), state)
                log_probabilities = log_softmax(logits, axis=1)
                nll[start : start + CHUNK, place] = -log_probabilities[
                    np.arange(len(part)), part[:, place]
                ]
        return nll

    def _initial_state(self, n: int) -> State:
        hidden = len(self._from_hidden)
        return np.zeros((n, hidden)), np.zeros((n, hidden))

    @staticmethod
    def _previous(tokens: np.ndarray, place: int) -> np.ndarray:
        """Get the tokens before a place, ``(n,)``; token 0 before the first."""
        return tokens[:, place - 1] if place else np.zeros(len(tokens), dtype=np.int64)

    def _advance(self, tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        """Read one token of each sentence, ``(n,)``; return logits of the next and the state."""
        hidden, cell = state
        sums = self._embeddings[tokens] @ self._from_input + hidden @ self._from_hidden
        sums = sums + self._offset
        gate_in, forget, gate_out, new = np.split(sums, len(GATES), axis=1)
        cell = expit(forget) * cell + expit(gate_in) * np.tanh(new)
        hidden = expit(gate_out) * np.tanh(cell)
        return hidden @ self._out + self._bias, (hidden, cell)


def load_oracle(path: Path) -> Oracle:
    """Load an oracle from its weights; exits with one line if it cannot.

    Args:
        path: a file, .npz or .safetensors, or a folder with one .npy file per array.
    """
    is_folder_of_arrays = is_folder(path)
    if not is_folder_of_arrays and not is_readable_file(path):
        stop(f"{path}: expected a file, got none; correct the path")
    try:
        if is_folder_of_arrays:
            return Oracle({file.stem: np.load(file) for file in path.glob("*.npy")})
        if path.suffix == ".safetensors":
            from safetensors.numpy import load_file

            return Oracle(load_file(path))
        with np.load(path) as file:
            return Oracle({name: file[name] for name in file.files})
    except Exception as error:  # NumPy and safetensors raise many kinds, all about the file
        stop(
            f"{path}: expected the weights of an oracle, .npz or .safetensors, got an error:"
            f" {summarise_error(error)}; save them again"
        )


def count_sentences(block: "config.Oracle") -> dict[str, int]:
    """Count the sentences of each part."""
    held_out = max(2, block.sequences // HELD_OUT)
    return {
        "train": block.sequences,
        "validation": held_out,
        "extractor": max(2, block.sequences // 2),
        "test": held_out,
    }


def make_oracle(name: str, block: "config.Oracle") -> Oracle:
    """Load the oracle of a block, or draw its weights; exits with one line like `load_dataset`.

    Args:
        name: of the data set; it seeds the draws.
        block: the options of the oracle in params.yaml.
    """
    if not block.weights:
        generator = np.random.default_rng(stream(0, f"weights of {name}"))
        return Oracle.draw_weights(block.vocabulary or 500, generator)
    oracle = load_oracle(expand(block.weights))
    if block.vocabulary not in (None, oracle.vocabulary):
        stop(
            f"{block.weights}: expected {block.vocabulary} tokens, got {oracle.vocabulary};"
            f" leave vocabulary out of the block of {name}"
        )
    return oracle


def load_dataset(name: str, block: "config.Oracle") -> Parts:
    """Draw the sentences of all parts from an oracle.

    Exits with one line if the weights cannot be read or have another vocabulary than the block.

    Args:
        name: of the data set; it seeds the draws.
        block: the options of the oracle in params.yaml.
    """
    oracle = make_oracle(name, block)
    words = np.array([str(token) for token in range(oracle.vocabulary)])
    parts: dict[str, Any] = {}
    for split, count in count_sentences(block).items():
        generator = np.random.default_rng(stream(0, f"{split} of {name}"))
        sentences = oracle.draw(count, block.length, generator)
        labels = np.zeros(count, np.int64)
        parts[split] = SplitArrays(sentences, labels, words=words, separator=" ")
    return Parts(**parts, oracle=oracle.weights)
