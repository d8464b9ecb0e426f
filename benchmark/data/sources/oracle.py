"""An LSTM with random weights as the truth: the benchmark of SeqGAN, arXiv:1609.05473, section 5.

Whatever it draws, it knows how likely it finds that. All weights are drawn from N(0, 1), and the
embedding of token 0 is read before the first. Computed in double precision, without torch.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_softmax, softmax

from benchmark.common.messages import stop
from benchmark.common.seeds import stream

if TYPE_CHECKING:
    from benchmark import config

GATES = ("i", "f", "og", "c")  # input, forget, output, cell
WIDTH = HIDDEN = 32
HELD_OUT = 10  # for so many sentences to train on, one to test on
CHUNK = 2000  # sentences at a time
# the arrays of its weights, called and ordered as in the authors' file target_params.pkl
NAMES = ("embeddings", *(f"{kind}{gate}" for gate in GATES for kind in "WUb"), "Wo", "bo")


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
                raise ValueError(f"no array {name}; it takes {', '.join(NAMES)}")
        self.weights = {name: np.asarray(weights[name]) for name in NAMES}
        sides = {name: self.weights[name].shape for name in ("embeddings", "Wo")}
        if any(len(shape) != 2 for shape in sides.values()):
            raise ValueError("embeddings and Wo are to have two axes")
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
            own = self.weights[name]
            if own.shape != shape:
                raise ValueError(f"{name} has shape {own.shape}, not {shape}")
            if own.dtype.kind != "f" or not np.isfinite(own).all():
                raise ValueError(f"{name} holds what is no finite floating-point number")
        used = {name: own.astype(np.float64) for name, own in self.weights.items()}
        self._embeddings, self._out, self._bias = used["embeddings"], used["Wo"], used["bo"]
        self._read, self._keep, self._add = (
            np.concatenate([used[f"{kind}{gate}"] for gate in GATES], axis=-1) for kind in "WUb"
        )

    @classmethod
    def drawn(cls, vocabulary: int, generator: np.random.Generator) -> "Oracle":
        """One with weights from N(0, 1), float32."""
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
        """Sentences, int64 ``(n, length)``."""
        parts = []
        for start in range(0, n, CHUNK):
            count = min(CHUNK, n - start)
            tokens = np.zeros((count, length), dtype=np.int64)
            state = self._begin(count)
            for place in range(length):
                logits, state = self._advance(self._before(tokens, place), state)
                reached = softmax(logits, axis=1).cumsum(axis=1)
                wanted = generator.random((count, 1)) * reached[:, -1:]
                tokens[:, place] = (reached <= wanted).sum(axis=1)
            parts.append(tokens)
        return np.concatenate(parts)

    def nll(self, tokens: np.ndarray) -> np.ndarray:
        """Negative log-likelihood of each token of ``(n, length)``, in nats, in that shape."""
        found = np.empty(tokens.shape)
        for start in range(0, len(tokens), CHUNK):
            part = tokens[start : start + CHUNK]
            state = self._begin(len(part))
            for place in range(tokens.shape[1]):
                logits, state = self._advance(self._before(part, place), state)
                known = log_softmax(logits, axis=1)
                found[start : start + CHUNK, place] = -known[np.arange(len(part)), part[:, place]]
        return found

    def _begin(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros((n, len(self._keep))), np.zeros((n, len(self._keep)))

    @staticmethod
    def _before(tokens: np.ndarray, place: int) -> np.ndarray:
        return tokens[:, place - 1] if place else np.zeros(len(tokens), dtype=np.int64)

    def _advance(
        self, tokens: np.ndarray, state: tuple[np.ndarray, np.ndarray]
    ) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """Logits ``(n, vocabulary)`` of the next token, after ``(n,)`` more are read."""
        hidden, cell = state
        sums = self._embeddings[tokens] @ self._read + hidden @ self._keep + self._add
        gate_in, forget, gate_out, new = np.split(sums, len(GATES), axis=1)
        cell = expit(forget) * cell + expit(gate_in) * np.tanh(new)
        hidden = expit(gate_out) * np.tanh(cell)
        return hidden @ self._out + self._bias, (hidden, cell)


def load(path: Path) -> Oracle:
    """The oracle whose weights lie in a file, .npz or .safetensors; exits with one line if not."""
    if not path.is_file():
        stop(f"{path}: no such file")
    try:
        if path.suffix == ".safetensors":
            from safetensors.numpy import load_file

            return Oracle(load_file(path))
        with np.load(path) as file:
            return Oracle({name: file[name] for name in file.files})
    except Exception as error:  # whatever these two find wrong with a file
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        stop(f"{path}: not the weights of an oracle, .npz or .safetensors: {reason}")


def dataset(name: str, block: "config.Oracle") -> tuple[dict[str, np.ndarray], ...]:
    """Training and held-out sentences that an oracle draws, and its weights."""
    if block.weights:
        oracle = load(Path(block.weights).expanduser())
        if block.vocabulary not in (None, oracle.vocabulary):
            stop(
                f"{block.weights}: holds {oracle.vocabulary} tokens, not {block.vocabulary}; leave"
                f" vocabulary out of the block of {name}"
            )
    else:
        weights = np.random.default_rng(stream(0, f"weights of {name}"))
        oracle = Oracle.drawn(block.vocabulary or 500, weights)
    words = np.array([str(token) for token in range(oracle.vocabulary)])
    parts = []
    counts = {"train": block.sequences, "test": max(2, block.sequences // HELD_OUT)}
    for split, count in counts.items():
        generator = np.random.default_rng(stream(0, f"{split} of {name}"))
        images, labels = oracle.draw(count, block.length, generator), np.zeros(count, np.int64)
        own = {"images": images, "labels": labels, "words": words, "between": np.array(" ")}
        parts.append(own)
    return parts[0], parts[1], oracle.weights
