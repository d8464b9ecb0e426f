"""Inception Score of class probabilities, of whole sets and of batches."""

import itertools
import math
from typing import Any

import numpy as np
import torch

from benchmark.metrics.arrays import Features, check_features

SHUFFLE_SEED = 2020  # as in torch-fidelity, so that values are equal


def inception_score(
    probabilities: Features, *, splits: int = 10, shuffle: bool = False
) -> tuple[float, float]:
    """Compute exp of the mean KL(p(y|x) || p(y)) over parts of the samples.

    Args:
        probabilities: p(y|x) of each generated sample, ``(n, classes)``; rows sum to 1.
        splits: number of parts; p(y) is the mean within each part.
        shuffle: whether to shuffle the samples first, always alike. Consecutive parts of samples
            that are sorted by class would lack classes.

    Returns:
        Mean and standard deviation (of the population) over the parts; 1 to ``classes``.

    Raises:
        ValueError: there are fewer samples than parts.

    Source:
        Salimans et al. 2016, arXiv:1606.03498, section 4.
    """
    if len(probabilities) < splits:
        raise ValueError(
            f"expected at least as many samples as splits ({splits}), got {len(probabilities)};"
            " lower splits"
        )
    if shuffle and splits > 1:
        order = np.random.RandomState(SHUFFLE_SEED).permutation(len(probabilities))
        probabilities = probabilities[order]
    bounds = [len(probabilities) * i // splits for i in range(splits + 1)]
    scores = []
    for start, end in itertools.pairwise(bounds):
        part = RunningInceptionScore()
        part.update(probabilities[start:end])
        scores.append(part.score)
    return float(np.mean(scores)), float(np.std(scores))


class RunningInceptionScore:
    """Inception Score of class probabilities that come in batches ``(b, classes)``.

    The sums stay on the device of the probabilities, in float64.

    Attributes:
        count: number of samples so far.
        score: 1 to ``classes``.

    Raises:
        ValueError: a batch is not of shape ``(b, classes)``.

    Source:
        Salimans et al. 2016, arXiv:1606.03498, section 4.
    """

    def __init__(self) -> None:
        self.count = 0
        self._entropy_sum: Any = 0.0  # over samples
        self._probability_sum: Any = 0.0  # over samples, by class

    def update(self, probabilities: Features) -> None:
        """Add a batch ``(b, classes)``, an array or a tensor."""
        # torch computes logarithms on all cores
        p = torch.as_tensor(check_features(probabilities, "probabilities")).double()
        self.count += len(p)
        self._entropy_sum = self._entropy_sum + torch.special.entr(p).sum()
        self._probability_sum = self._probability_sum + p.sum(0)

    @property
    def score(self) -> float:
        """Inception Score, 1 to ``classes``."""
        # the mean divergence is the entropy of the mean less the mean entropy
        entropy = torch.special.entr(self._probability_sum / self.count).sum()
        return math.exp(entropy - self._entropy_sum / self.count)
