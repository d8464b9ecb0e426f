"""Inception Score: Salimans et al. 2016, arXiv:1606.03498, section 4."""

import itertools
import math
from typing import Any

import numpy as np
import torch

from benchmark.metrics.arrays import rows


def inception_score(probabilities: Any, *, splits: int = 10) -> tuple[float, float]:
    """exp of the mean divergence of p(y|x) from p(y), over consecutive parts of the samples.

    Args:
        probabilities: p(y|x) of each generated sample, ``(n, classes)``; rows sum to 1.
        splits: number of parts; p(y) is taken within each.

    Returns:
        Mean and standard deviation (of the population) over the parts; 1 to ``classes``.

    Raises:
        ValueError: there are fewer samples than parts.
    """
    if len(probabilities) < splits:
        raise ValueError(f"{len(probabilities)} samples cannot be split into {splits} parts")
    bounds = [len(probabilities) * i // splits for i in range(splits + 1)]
    scores = []
    for start, end in itertools.pairwise(bounds):
        part = RunningScore()
        part.update(probabilities[start:end])
        scores.append(part.score)
    return float(np.mean(scores)), float(np.std(scores))


class RunningScore:
    """The score of one part, from probabilities that come in batches, where they are."""

    def __init__(self) -> None:
        self.count = 0
        self._entropies: Any = 0.0  # their sum over samples
        self._sum: Any = 0.0  # of p, by class

    def update(self, probabilities: Any) -> None:
        """Add a batch ``(b, classes)``; an array or a tensor."""
        # torch, since it takes logarithms on all cores
        p = torch.as_tensor(rows(probabilities, "probabilities")).double()
        self.count += len(p)
        self._entropies = self._entropies + torch.special.entr(p).sum()
        self._sum = self._sum + p.sum(0)

    @property
    def score(self) -> float:
        """1 to ``classes``; the divergence is the entropy of the mean less the mean entropy."""
        entropy = torch.special.entr(self._sum / self.count).sum()
        return math.exp(entropy - self._entropies / self.count)
