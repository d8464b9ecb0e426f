"""Similarity of a text to a reference text, and diversity of its sentences."""

import numpy as np

from benchmark.metrics.ngrams import Text, check_not_empty, count_ngrams


def ms_jaccard_distance(text: Text, reference: Text, *, max_n: int) -> float:
    """Compute 1 - MS-Jaccard, a distance between the n-grams of two texts.

    For each n to ``max_n``, the mean counts of an n-gram in a sentence are compared: the sum of the
    lesser over the sum of the greater. MS-Jaccard is their geometric mean. Missing
    n-grams count as much as surplus n-grams.

    Args:
        text: n sentences as rows of tokens ``(n, length)``.
        reference: m sentences ``(m, length)``.
        max_n: length of the longest n-grams.

    Returns:
        0 to 1: 0 if the mean counts are equal.

    Raises:
        ValueError: a text is empty, or the rows differ in length.

    Source:
        Montahaei et al. 2019, arXiv:1904.03971.
    """
    check_not_empty("MS-Jaccard", text, reference)
    shares = []
    for ours, theirs in count_ngrams([text, reference], max_n):
        our_mean, their_mean = ours.total() / len(text), theirs.total() / len(reference)
        if union := np.maximum(our_mean, their_mean).sum():
            shares.append(np.minimum(our_mean, their_mean).sum() / union)
    return 1 - float(np.prod(shares) ** (1 / len(shares))) if shares else 0.0


def distinct_ratio(text: Text, reference: Text, *, n: int) -> float:
    """Compute how many different n-grams a text has, relative to a reference text.

    As many sentences of each are counted as the shorter text has.

    Args:
        text: sentences as rows of tokens ``(n, length)``.
        reference: sentences ``(m, length)``.
        n: length of the n-grams.

    Returns:
        0 or more; 1 if the reference has no n-grams.

    Raises:
        ValueError: the rows differ in length.

    Source:
        Li et al. 2016, arXiv:1510.03055: distinct-n, here relative to a reference.
    """
    count = min(len(text), len(reference))
    parts = [Text(each.tokens[:count], each.lengths[:count]) for each in (text, reference)]
    ours, theirs = (len(np.unique(counts.gram)) for counts in count_ngrams(parts, n)[-1])
    return ours / theirs if theirs else 1.0


def spread_ratio(text: Text, reference: Text) -> float:
    """Compute the root mean square distance of two sentences, relative to a reference text.

    Sentences are points with a coordinate for each token at each place: their squared distance is
    twice the number of places at which they differ.

    Args:
        text: sentences as rows of tokens ``(n, length)``.
        reference: sentences ``(m, length)``.

    Returns:
        0 or more: 0 for a single repeated sentence; 1 if all sentences of the reference are equal.

    Raises:
        ValueError: a text is empty.

    Source:
        This benchmark: the text counterpart of sqrt(trace of the covariance) of image features.
    """
    check_not_empty("spread", text, reference)
    spreads = [
        sum(1 - np.square(np.bincount(column) / len(each)).sum() for column in each.tokens.T)
        for each in (text, reference)
    ]
    return float(np.sqrt(spreads[0] / spreads[1])) if spreads[1] else 1.0


def novelty(text: Text, reference: Text) -> float:
    """Compute the share of sentences that the reference text does not have.

    Args:
        text: sentences as rows of tokens ``(n, length)``.
        reference: sentences ``(m, length)``.

    Returns:
        0 to 1.

    Raises:
        ValueError: the text is empty.

    Source:
        Wang and Wan 2018 (SentiGAN), IJCAI, by Jaccard similarity; here a sentence is new unless it
        is equal to a sentence of the reference.
    """
    check_not_empty("novelty", text)
    reference_rows = set(map(bytes, reference.tokens))
    return float(np.mean([bytes(row) not in reference_rows for row in text.tokens]))


def uniqueness(text: Text) -> float:
    """Compute the number of different sentences as a share of all.

    Args:
        text: sentences as rows of tokens ``(n, length)``.

    Returns:
        Above 0 and at most 1.

    Raises:
        ValueError: the text is empty.

    Source:
        This benchmark; compare distinct-n of Li et al. 2016, arXiv:1510.03055.
    """
    check_not_empty("uniqueness", text)
    return len(np.unique(text.tokens, axis=0)) / len(text)


def length_distance(text: Text, reference: Text) -> float:
    """Compute the total variation distance of the histograms of sentence lengths.

    Args:
        text: sentences as rows of tokens ``(n, length)``.
        reference: sentences ``(m, length)``.

    Returns:
        0 to 1.

    Raises:
        ValueError: a text is empty.

    Source:
        Levin, Peres and Wilmer 2009, "Markov Chains and Mixing Times", chapter 4.
    """
    check_not_empty("length distance", text, reference)
    bins = text.tokens.shape[1] + 1
    shares = [np.bincount(each.lengths, minlength=bins) / len(each) for each in (text, reference)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
