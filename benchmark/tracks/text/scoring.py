"""Score sentences against the training text, and by an oracle or a grammar."""

from typing import Any

import numpy as np
import torch

from benchmark.common.hashing import sha256
from benchmark.data.sources import grammar
from benchmark.data.sources.oracle import Oracle
from benchmark.data.splits import load_oracle_weights, load_split
from benchmark.features.extractors import language
from benchmark.metrics.bleu import bleu, self_bleu
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments
from benchmark.metrics.ngrams import Text
from benchmark.metrics.texts import (
    distinct_ratio,
    length_distance,
    ms_jaccard_distance,
    novelty,
    spread_ratio,
    uniqueness,
)
from benchmark.tracks.base import scorer as base
from benchmark.tracks.text import ORDERS
from benchmark.tracks.text.schema import TextMetrics
from gans.common.text import Text as Generator

BATCH = 500  # sentences per batch of likelihoods


class Scorer(base.Scorer):
    """Scores sets of sentences against the training sentences of a data set.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`; with ``validation``, sentences are compared with these.
    """

    def __init__(
        self, dataset: str, settings: TextMetrics | None = None, *, part: str = "test"
    ) -> None:
        self.settings = settings or TextMetrics()
        self.language, self.embedded = (
            language.load_language_model(dataset),
            language.load_sentence_moments(dataset),
        )
        self.weights = language.pinned_path(dataset)
        self.lexicon = self.language.lexicon
        self.real, self.held_out = (
            self.text(load_split(dataset, split)[0])
            for split in (base.choose_reference(dataset, part), part)
        )
        self.is_valid = grammar.is_valid if dataset == "grammar" else None
        weights = load_oracle_weights(dataset)
        self.oracle = None if weights is None else Oracle(weights)

    def text(self, tokens: np.ndarray) -> Text:
        """Replace the tokens after the end of each sentence by 0, int64 ``(n, length)``."""
        lengths = self.lexicon.count_words(tokens)
        is_padding = np.arange(tokens.shape[1]) >= lengths[:, None]
        return Text(np.where(is_padding, 0, tokens), lengths)

    def scores(self, samples: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of sentences, int64 ``(n, length)``; of lengths if these vary.

        Args:
            samples: tokens.
            labels: ignored: the track is unconditional.
        """
        text, max_n = self.text(samples), max(ORDERS)
        to_real, to_others = bleu(text, self.real, max_n=max_n), self_bleu(text, max_n=max_n)
        scores = {"jaccard_distance": self.headline(samples)} | self.likelihoods(text)
        generated = feature_moments(self.language.embed(text.tokens))
        scores["fed"] = frechet_distance_from_moments(*self.embedded, *generated)
        scores |= {f"bleu_{n}": to_real[n - 1] for n in ORDERS}
        scores |= {f"self_bleu_{n}": to_others[n - 1] for n in ORDERS}
        scores |= {"novelty": novelty(text, self.real), "uniqueness": uniqueness(text)}
        if self.lexicon.has_end:
            scores["length_distance"] = length_distance(text, self.real)
        return scores

    def likelihoods(self, text: Text) -> dict[str, float]:
        """Compute the likelihood by the oracle, or the share of valid sentences by the grammar."""
        scores = {}
        if self.oracle:
            scores["nll_oracle"] = float(self.oracle.nll(text.tokens).mean())
        if self.is_valid:
            rows = zip(text.tokens, text.lengths, strict=True)
            words = [[self.lexicon.words[word] for word in row[:count]] for row, count in rows]
            scores["valid"] = float(np.mean([self.is_valid(sentence) for sentence in words]))
        return scores

    def headline(self, samples: np.ndarray) -> float:
        """Compute the MS-Jaccard distance of sentences, int64 ``(n, length)``."""
        return ms_jaccard_distance(self.text(samples), self.real, max_n=self.settings.max_n)

    def model_scores(self, variant: Generator) -> dict[str, float]:
        """Compute the mean NLL of a held-out token, ends included, in nats."""
        tokens = torch.from_numpy(self.held_out.tokens).to(variant.device)
        with torch.no_grad():
            total = sum(float(variant.nll(part).double().sum()) for part in tokens.split(BATCH))
        counted = self.held_out.lengths + (self.held_out.lengths < tokens.shape[1])
        return {"nll_gen": total / int(counted.sum())}

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of sentences, int64 ``(n, length)``."""
        text = self.text(samples)
        return {
            "jaccard_distance": self.headline(samples),
            **self.likelihoods(text),
            "diversity": spread_ratio(text, self.real),
            "distinct": distinct_ratio(text, self.real, n=self.settings.max_n),
        }

    def facts(self) -> dict[str, Any]:
        """Describe the reference of the scores."""
        return {
            "real_images": len(self.real),
            "feature_space": "tokens",
            "features": None,
            "language": sha256(self.weights),
        }
