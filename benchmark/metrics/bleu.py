"""BLEU of a text against another, and of its sentences against each other.

Papineni et al. 2002, doi:10.3115/1073083.1073135, section 2: for the whole corpus, without
smoothing. Every sentence has all sentences of the reference text for its references, as in Yu et
al. 2017 (SeqGAN), arXiv:1609.05473; Self-BLEU is from Zhu et al. 2018 (Texygen), arXiv:1802.01886.
"""

import numpy as np

from benchmark.metrics.ngrams import Counts, Text, counted


def bleu(text: Text, reference: Text, *, most: int = 5) -> list[float]:
    """BLEU-1 to BLEU-``most``, 0 to 1: the share of n-grams that stand in the reference text.

    Raises:
        ValueError: one of the texts is empty, or their rows differ in length.
    """
    if not len(text) or not len(reference):
        raise ValueError("BLEU of an empty text")
    lengths, counts = np.unique(reference.lengths, return_counts=True)
    numerators, denominators = [], []
    for own, other in counted([text, reference], most):
        largest = np.zeros(own.known, dtype=np.int64)
        np.maximum.at(largest, other.gram, other.count)
        numerators.append(np.minimum(own.count, largest[own.gram]).sum())
        denominators.append(own.count.sum())
    nearest = _nearest(text.lengths, lengths, counts >= 1)
    return _scores(numerators, denominators, text.lengths.sum(), nearest)


def self_bleu(text: Text, *, most: int = 5) -> list[float]:
    """The same with all other sentences of the text for references: 1 if all are alike.

    Raises:
        ValueError: there are fewer than two sentences.
    """
    if len(text) < 2:
        raise ValueError("Self-BLEU of fewer than two sentences")
    lengths, counts = np.unique(text.lengths, return_counts=True)
    numerators, denominators = [], []
    for (own,) in counted([text], most):
        numerators.append(np.minimum(own.count, _largest_elsewhere(own)).sum())
        denominators.append(own.count.sum())
    nearest = _nearest(text.lengths, lengths, counts >= 2)
    return _scores(numerators, denominators, text.lengths.sum(), nearest)


def _largest_elsewhere(own: Counts) -> np.ndarray:
    """For each entry, the largest count of its n-gram in another sentence, ``(k,)``."""
    order = np.lexsort((-own.count, own.gram))
    gram, count = own.gram[order], own.count[order]
    first = np.flatnonzero(np.diff(gram, prepend=-1))
    second = first + 1
    second = np.where(second < np.append(first[1:], len(gram)), second, -1)
    best, runner_up = np.zeros((2, own.known), dtype=np.int64)
    holder = np.full(own.known, -1)
    best[gram[first]], holder[gram[first]] = count[first], own.sentence[order][first]
    runner_up[gram[first]] = np.where(second >= 0, count[second], 0)
    mine = holder[own.gram] == own.sentence
    return np.where(mine, runner_up[own.gram], best[own.gram])


def _nearest(own: np.ndarray, lengths: np.ndarray, allowed: np.ndarray) -> int:
    """The sum over sentences of the length of the reference nearest in it, the shorter of two.

    Args:
        own: lengths of the sentences, ``(n,)``.
        lengths: of the references, each once, ascending.
        allowed: of these, which one may be the reference of a sentence of the same length.
    """
    total = 0
    for length, count in zip(*np.unique(own, return_counts=True), strict=True):
        others = lengths[(lengths != length) | allowed]
        total += int(count) * int(others[np.abs(others - length).argmin()])
    return total


def _scores(numerators: list, denominators: list, length: int, nearest: int) -> list[float]:
    """BLEU-n for each n: the geometric mean of precisions, times the brevity penalty."""
    penalty = 1.0 if length > nearest else np.exp(1 - nearest / length) if length else 0.0
    found = []
    for n in range(1, len(numerators) + 1):
        if not all(numerators[:n]):
            found.append(0.0)
            continue
        shares = np.array(numerators[:n]) / np.array(denominators[:n])
        found.append(float(penalty * np.exp(np.log(shares).mean())))
    return found
