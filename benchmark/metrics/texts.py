"""How a text is like another, and how its sentences differ from each other."""

import numpy as np

from benchmark.metrics.ngrams import Text, counted


def jaccard_distance(text: Text, reference: Text, *, most: int) -> float:
    """1 - MS-Jaccard of Montahaei et al. 2019, arXiv:1904.03971: 0 if alike, at most 1.

    For each n to ``most``, the counts of an n-gram in both texts, a sentence's mean, are compared:
    the sum of the lesser over that of the greater. MS-Jaccard is their geometric mean. What is
    never drawn counts as much as what should not have been.

    Raises:
        ValueError: one of the texts is empty, or their rows differ in length.
    """
    if not len(text) or not len(reference):
        raise ValueError("MS-Jaccard of an empty text")
    shares = []
    for own, other in counted([text, reference], most):
        mine, theirs = own.total() / len(text), other.total() / len(reference)
        if either := np.maximum(mine, theirs).sum():
            shares.append(np.minimum(mine, theirs).sum() / either)
    return 1 - float(np.prod(shares) ** (1 / len(shares))) if shares else 0.0


def distinct(text: Text, reference: Text, *, most: int) -> float:
    """How many different n-grams a text has over those of as many sentences of another.

    n is ``most``. Counting the different ones is from Li et al. 2016, arXiv:1510.03055. 1 where the
    other has none.
    """
    few = min(len(text), len(reference))
    parts = [Text(own.tokens[:few], own.lengths[:few]) for own in (text, reference)]
    mine, theirs = (len(np.unique(own.gram)) for own in counted(parts, most)[-1])
    return mine / theirs if theirs else 1.0


def spread(text: Text, reference: Text) -> float:
    """How far two sentences are apart over how far two of another text are, root mean square.

    As points with a coordinate for each token at each place: twice the number of places at which
    they differ is the squared distance. 0 for one sentence drawn again and again.
    """
    apart = [
        sum(1 - np.square(np.bincount(place) / len(own)).sum() for place in own.tokens.T)
        for own in (text, reference)
    ]
    return float(np.sqrt(apart[0] / apart[1])) if apart[1] else 1.0


def novelty(text: Text, reference: Text) -> float:
    """The share of sentences that do not stand in another text, 0 to 1."""
    known = set(map(bytes, reference.tokens))
    return float(np.mean([bytes(row) not in known for row in text.tokens]))


def uniqueness(text: Text) -> float:
    """Different sentences as a share of all, above 0 and at most 1."""
    return len(np.unique(text.tokens, axis=0)) / len(text)


def length_distance(text: Text, reference: Text) -> float:
    """The total variation distance of the histograms of lengths, 0 to 1."""
    places = text.tokens.shape[1] + 1
    shares = [np.bincount(own.lengths, minlength=places) / len(own) for own in (text, reference)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
