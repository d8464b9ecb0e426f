"""Inception Score: Salimans et al. 2016, arXiv:1606.03498, section 4."""

import itertools

import numpy as np


def inception_score(probabilities: np.ndarray, *, splits: int = 10) -> tuple[float, float]:
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
    probabilities = np.asarray(probabilities, dtype=np.float64)
    bounds = [len(probabilities) * i // splits for i in range(splits + 1)]
    scores = []
    for start, end in itertools.pairwise(bounds):
        part = probabilities[start:end]
        marginal = part.mean(axis=0, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(part > 0, part * (np.log(part) - np.log(marginal)), 0.0)
        scores.append(np.exp(terms.sum(axis=1).mean()))
    return float(np.mean(scores)), float(np.std(scores))
