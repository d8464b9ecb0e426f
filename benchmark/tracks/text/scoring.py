"""Sentences: scored against the training text, and by a truth that knows how likely they are."""

from typing import Any

import numpy as np
import torch

from benchmark.data.sources import grammar
from benchmark.data.sources.oracle import Oracle
from benchmark.data.splits import load_oracle_weights, load_split
from benchmark.features.extractors import language
from benchmark.features.extractors.weights import checksum
from benchmark.metrics.bleu import bleu, self_bleu
from benchmark.metrics.frechet import frechet_distance_of_statistics, statistics
from benchmark.metrics.ngrams import Text
from benchmark.metrics.texts import (
    distinct,
    jaccard_distance,
    length_distance,
    novelty,
    spread,
    uniqueness,
)
from benchmark.tracks.base import scorer as base
from benchmark.tracks.text import ORDERS
from benchmark.tracks.text.schema import TextMetrics
from gans.common.text import Text as Generator

BATCH = 500  # sentences whose likelihood is asked for at a time


class Scorer(base.Scorer):
    """Scores sets of sentences against the training sentences of a data set.

    Args:
        dataset: its name; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: TextMetrics | None = None) -> None:
        self.settings = settings or TextMetrics()
        self.language, self.embedded = language.load(dataset), language.real(dataset)
        self.weights = language.pinned(dataset)
        self.lexicon = self.language.lexicon
        self.real, self.held_out = (
            self.text(load_split(dataset, split)[0]) for split in ("train", "test")
        )
        self.judges = grammar.is_valid if dataset == "grammar" else None
        weights = load_oracle_weights(dataset)
        self.oracle = None if weights is None else Oracle(weights)

    def text(self, tokens: np.ndarray) -> Text:
        """Tokens, int64 ``(n, length)``, without what follows the end of a sentence."""
        lengths = self.lexicon.count_words(tokens)
        behind = np.arange(tokens.shape[1]) >= lengths[:, None]
        return Text(np.where(behind, 0, tokens), lengths)

    def scores(self, samples: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of sentences, int64 ``(n, length)``; those of lengths where these vary.

        Args:
            samples: tokens.
            wanted: not needed: nothing is asked for.
        """
        own, most = self.text(samples), max(ORDERS)
        forward, among = bleu(own, self.real, most=most), self_bleu(own, most=most)
        scores = {"jaccard_distance": self.headline(samples)} | self.truth(own)
        found = statistics(self.language.embed(own.tokens))
        scores["fed"] = frechet_distance_of_statistics(*self.embedded, *found)
        scores |= {f"bleu_{n}": forward[n - 1] for n in ORDERS}
        scores |= {f"self_bleu_{n}": among[n - 1] for n in ORDERS}
        scores |= {"novelty": novelty(own, self.real), "uniqueness": uniqueness(own)}
        if self.lexicon.has_end:
            scores["length_distance"] = length_distance(own, self.real)
        return scores

    def truth(self, own: Text) -> dict[str, float]:
        """What the truth says of sentences, where there is one: an oracle, or a grammar."""
        scores = {}
        if self.oracle:
            scores["nll_oracle"] = float(self.oracle.nll(own.tokens).mean())
        if self.judges:
            rows = zip(own.tokens, own.lengths, strict=True)
            words = [[self.lexicon.words[word] for word in row[:count]] for row, count in rows]
            scores["valid"] = float(np.mean([self.judges(sentence) for sentence in words]))
        return scores

    def headline(self, samples: np.ndarray) -> float:
        """The distance by MS-Jaccard alone, of sentences, int64 ``(n, length)``."""
        return jaccard_distance(self.text(samples), self.real, most=self.settings.grams)

    def model_scores(self, variant: Generator) -> dict[str, float]:
        """How likely a generator finds the held-out sentences, a token's mean, ends counted."""
        tokens = torch.from_numpy(self.held_out.tokens)
        with torch.no_grad():
            total = sum(float(variant.nll(part).double().sum()) for part in tokens.split(BATCH))
        counted = self.held_out.lengths + (self.held_out.lengths < tokens.shape[1])
        return {"nll_gen": total / int(counted.sum())}

    def moment(self, samples: np.ndarray) -> dict[str, float]:
        """The few metrics that are taken over training, of sentences, int64 ``(n, length)``."""
        own, most = self.text(samples), self.settings.grams
        return {
            "jaccard_distance": self.headline(samples),
            **self.truth(own),
            "diversity": spread(own, self.real),
            "distinct": distinct(own, self.real, most=most),
        }

    def facts(self) -> dict[str, Any]:
        """What samples are held against."""
        return {
            "real_images": len(self.real),
            "feature_space": "tokens",
            "features": None,
            "language": checksum(self.weights),
        }
