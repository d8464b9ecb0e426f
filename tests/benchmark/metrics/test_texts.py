"""Metrics of text by hand, and against a count with Python's own dictionaries."""

from collections import Counter

import numpy as np
import pytest

from benchmark.metrics.ngrams import Text, counted
from benchmark.metrics.texts import (
    distinct,
    jaccard_distance,
    length_distance,
    novelty,
    spread,
    uniqueness,
)


def text(*rows, length=6):
    tokens = np.zeros((len(rows), length), dtype=np.int64)
    for place, row in zip(tokens, rows, strict=True):
        place[: len(row)] = row
    return Text(tokens, np.array([len(row) for row in rows]))


def grams(own, n):
    rows = zip(own.tokens.tolist(), own.lengths, strict=True)
    return Counter(
        tuple(row[start : start + n]) for row, length in rows for start in range(length - n + 1)
    )


def made_up(seed, n=30, vocabulary=5):
    generator = np.random.default_rng(seed)
    lengths = generator.integers(0, 7, n)
    return text(*(generator.integers(0, vocabulary, length) for length in lengths))


def test_ngrams_are_counted_as_a_dictionary_counts_them():
    one, other = made_up(0), made_up(1, n=12)
    for n, (mine, theirs) in enumerate(counted([one, other], 4), 1):
        for own, found in ((one, mine), (other, theirs)):
            assert sorted(found.total()[found.total() > 0]) == sorted(grams(own, n).values())
            assert found.sentence.max(initial=0) < len(own)
        both = grams(one, n) & grams(other, n)
        assert np.minimum(mine.total(), theirs.total()).sum() == sum(both.values())


def test_long_ngrams_of_many_tokens_do_not_overflow():
    one = Text(np.arange(12)[None] + 10**6 - 12, np.array([12]))
    assert [own.known for (own,) in counted([one], 9)] == [12, 11, 10, 9, 8, 7, 6, 5, 4]


def test_ms_jaccard_is_the_geometric_mean_of_shared_counts():
    one, other = made_up(0), made_up(1, n=12)
    shares = []
    for n in (1, 2, 3):
        mine, theirs = grams(one, n), grams(other, n)
        pairs = [(mine[key] / 30, theirs[key] / 12) for key in mine | theirs]
        shares.append(sum(map(min, pairs)) / sum(map(max, pairs)))
    right = 1 - np.prod(shares) ** (1 / 3)
    assert jaccard_distance(one, other, most=3) == pytest.approx(right)
    assert 0 < right < 1
    assert jaccard_distance(one, one, most=3) == pytest.approx(0)
    # as many n-grams of each sentence, however many sentences there are
    twice = Text(np.tile(one.tokens, (2, 1)), np.tile(one.lengths, 2))
    assert jaccard_distance(twice, one, most=3) == pytest.approx(0)
    assert jaccard_distance(text([1, 1]), text([2, 2]), most=1) == 1


def test_different_ngrams_are_counted_among_as_many_sentences():
    one = text([1, 2, 3], [1, 2, 3], [1, 2])
    other = text([1, 2, 3], [3, 2, 1], [2, 2, 2], [4, 4, 4])
    assert distinct(one, other, most=2) == pytest.approx(2 / 5)
    assert distinct(one, other, most=3) == pytest.approx(1 / 3)
    assert distinct(one, other, most=6) == 1


def test_the_spread_is_the_root_mean_square_distance_of_pairs():
    one, other = made_up(0), made_up(1)

    def apart(own):
        rows = np.eye(5)[own.tokens].reshape(len(own), -1)
        return np.sqrt(np.square(rows[:, None] - rows).sum(axis=2).mean())

    assert spread(one, other) == pytest.approx(apart(one) / apart(other))
    assert spread(text([1, 2], [1, 2]), other) == 0


def test_new_different_and_as_long_by_hand():
    one, other = text([1, 2], [1, 2], [3], [4, 5, 1]), text([1, 2], [2, 1], [3, 3, 3], [4])
    assert novelty(one, other) == 0.5
    assert uniqueness(one) == 0.75
    assert length_distance(one, other) == pytest.approx(0)
    assert length_distance(text([1]), text([1, 1])) == 1
