"""BLEU of a text against another text, and of its sentences against each other."""

import numpy as np

from benchmark.metrics.ngrams import NgramCounts, Text, check_not_empty, count_ngrams


def bleu(text: Text, reference: Text, *, max_n: int = 5) -> list[float]:
    """Compute corpus BLEU-1 to BLEU-``max_n``, without smoothing.

    Every sentence has all sentences of the reference text as its references.

    Args:
        text: n sentences as rows of tokens ``(n, length)``.
        reference: m sentences ``(m, length)``.
        max_n: length of the longest n-grams.

    Returns:
        BLEU-n for n = 1 to ``max_n``, each 0 to 1: 1 if the reference text contains all n-grams.

    Raises:
        ValueError: a text is empty, or the rows differ in length.

    Source:
        Papineni et al. 2002, doi:10.3115/1073083.1073135, section 2; with all sentences as
        references, as in Yu et al. 2017 (SeqGAN), arXiv:1609.05473.
    """
    check_not_empty("BLEU", text, reference)
    lengths, counts = np.unique(reference.lengths, return_counts=True)
    numerators, denominators = [], []
    for ours, theirs in count_ngrams([text, reference], max_n):
        largest = np.zeros(ours.vocabulary, dtype=np.int64)
        np.maximum.at(largest, theirs.gram, theirs.count)
        numerators.append(np.minimum(ours.count, largest[ours.gram]).sum())
        denominators.append(ours.count.sum())
    reference_length = _sum_nearest_lengths(text.lengths, lengths, counts >= 1)
    return _bleu_scores(numerators, denominators, text.lengths.sum(), reference_length)


def self_bleu(text: Text, *, max_n: int = 5) -> list[float]:
    """Compute BLEU of each sentence against all other sentences of its text.

    Args:
        text: n sentences as rows of tokens ``(n, length)``, n at least 2.
        max_n: length of the longest n-grams.

    Returns:
        Self-BLEU-n for n = 1 to ``max_n``, each 0 to 1: 1 if all sentences are equal.

    Raises:
        ValueError: there are fewer than two sentences.

    Source:
        Zhu et al. 2018 (Texygen), arXiv:1802.01886.
    """
    if len(text) < 2:
        raise ValueError(f"Self-BLEU: expected at least 2 sentences, got {len(text)}")
    lengths, counts = np.unique(text.lengths, return_counts=True)
    numerators, denominators = [], []
    for (ours,) in count_ngrams([text], max_n):
        numerators.append(np.minimum(ours.count, _largest_counts_elsewhere(ours)).sum())
        denominators.append(ours.count.sum())
    reference_length = _sum_nearest_lengths(text.lengths, lengths, counts >= 2)
    return _bleu_scores(numerators, denominators, text.lengths.sum(), reference_length)


def _largest_counts_elsewhere(counts: NgramCounts) -> np.ndarray:
    """Find for each entry the largest count of its n-gram in another sentence, ``(k,)``."""
    order = np.lexsort((-counts.count, counts.gram))
    gram, count = counts.gram[order], counts.count[order]
    first = np.flatnonzero(np.diff(gram, prepend=-1))
    second = first + 1
    second = np.where(second < np.append(first[1:], len(gram)), second, -1)
    best, runner_up = np.zeros((2, counts.vocabulary), dtype=np.int64)
    holder = np.full(counts.vocabulary, -1)
    best[gram[first]], holder[gram[first]] = count[first], counts.sentence[order][first]
    runner_up[gram[first]] = np.where(second >= 0, count[second], 0)
    is_holder = holder[counts.gram] == counts.sentence
    return np.where(is_holder, runner_up[counts.gram], best[counts.gram])


def _sum_nearest_lengths(
    sentence_lengths: np.ndarray, reference_lengths: np.ndarray, is_allowed: np.ndarray
) -> int:
    """Sum over sentences the length of the reference nearest in length, the shorter of two.

    Args:
        sentence_lengths: ``(n,)``.
        reference_lengths: each length once, ascending.
        is_allowed: for each of these, whether a sentence of the same length may have it as its
            reference.
    """
    total = 0
    for length, count in zip(*np.unique(sentence_lengths, return_counts=True), strict=True):
        candidates = reference_lengths[(reference_lengths != length) | is_allowed]
        total += int(count) * int(candidates[np.abs(candidates - length).argmin()])
    return total


def _bleu_scores(
    numerators: list, denominators: list, length: int, reference_length: int
) -> list[float]:
    """Compute BLEU-n for each n: the geometric mean of precisions, times the brevity penalty."""
    if length > reference_length:
        penalty = 1.0
    else:
        penalty = np.exp(1 - reference_length / length) if length else 0.0
    scores = []
    for n in range(1, len(numerators) + 1):
        if not all(numerators[:n]):
            scores.append(0.0)
            continue
        precisions = np.array(numerators[:n]) / np.array(denominators[:n])
        scores.append(float(penalty * np.exp(np.log(precisions).mean())))
    return scores
