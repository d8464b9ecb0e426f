"""Metrics of text against worked examples and counts by dictionaries."""

from collections import Counter

import numpy as np
import pytest

from benchmark.metrics.ngrams import Text, count_ngrams
from benchmark.metrics.texts import (
    distinct_ratio,
    length_distance,
    ms_jaccard_distance,
    novelty,
    spread_ratio,
    uniqueness,
)


def text(*rows, length=6):
    tokens = np.zeros((len(rows), length), dtype=np.int64)
    for place, row in zip(tokens, rows, strict=True):
        place[: len(row)] = row
    return Text(tokens, np.array([len(row) for row in rows]))


def count_by_dictionary(text, n):
    rows = zip(text.tokens.tolist(), text.lengths, strict=True)
    return Counter(
        tuple(row[start : start + n]) for row, length in rows for start in range(length - n + 1)
    )


def random_text(seed, n=30, vocabulary=5):
    generator = np.random.default_rng(seed)
    lengths = generator.integers(0, 7, n)
    return text(*(generator.integers(0, vocabulary, length) for length in lengths))


def test_ngram_counts_equal_those_of_a_dictionary():
    first, second = random_text(0), random_text(1, n=12)
    for n, (ours, theirs) in enumerate(count_ngrams([first, second], 4), 1):
        for whole, counts in ((first, ours), (second, theirs)):
            totals = counts.total()
            assert sorted(totals[totals > 0]) == sorted(count_by_dictionary(whole, n).values())
            assert counts.sentence.max(initial=0) < len(whole)
        both = count_by_dictionary(first, n) & count_by_dictionary(second, n)
        assert np.minimum(ours.total(), theirs.total()).sum() == sum(both.values())


def test_long_ngrams_of_many_tokens_do_not_overflow():
    first = Text(np.arange(12)[None] + 10**6 - 12, np.array([12]))
    assert [counts.vocabulary for (counts,) in count_ngrams([first], 9)] == [
        12,
        11,
        10,
        9,
        8,
        7,
        6,
        5,
        4,
    ]


def test_ms_jaccard_equals_its_definition():
    first, second = random_text(0), random_text(1, n=12)
    shares = []
    for n in (1, 2, 3):
        ours, theirs = count_by_dictionary(first, n), count_by_dictionary(second, n)
        pairs = [(ours[key] / 30, theirs[key] / 12) for key in ours | theirs]
        shares.append(sum(map(min, pairs)) / sum(map(max, pairs)))
    expected = 1 - np.prod(shares) ** (1 / 3)
    assert ms_jaccard_distance(first, second, max_n=3) == pytest.approx(expected)
    assert 0 < expected < 1
    assert ms_jaccard_distance(first, first, max_n=3) == pytest.approx(0)
    # means over sentences do not depend on the number of sentences
    twice = Text(np.tile(first.tokens, (2, 1)), np.tile(first.lengths, 2))
    assert ms_jaccard_distance(twice, first, max_n=3) == pytest.approx(0)
    assert ms_jaccard_distance(text([1, 1]), text([2, 2]), max_n=1) == 1


def test_distinct_ngrams_are_counted_in_equally_many_sentences():
    first = text([1, 2, 3], [1, 2, 3], [1, 2])
    second = text([1, 2, 3], [3, 2, 1], [2, 2, 2], [4, 4, 4])
    assert distinct_ratio(first, second, n=2) == pytest.approx(2 / 5)
    assert distinct_ratio(first, second, n=3) == pytest.approx(1 / 3)
    assert distinct_ratio(first, second, n=6) == 1


def test_spread_is_the_root_mean_square_distance_of_pairs():
    first, second = random_text(0), random_text(1)

    def rms_distance(text):
        rows = np.eye(5)[text.tokens].reshape(len(text), -1)
        return np.sqrt(np.square(rows[:, None] - rows).sum(axis=2).mean())

    assert spread_ratio(first, second) == pytest.approx(rms_distance(first) / rms_distance(second))
    assert spread_ratio(text([1, 2], [1, 2]), second) == 0


def test_novelty_uniqueness_and_lengths_of_an_example():
    first, second = text([1, 2], [1, 2], [3], [4, 5, 1]), text([1, 2], [2, 1], [3, 3, 3], [4])
    assert novelty(first, second) == 0.5
    assert uniqueness(first) == 0.75
    assert length_distance(first, second) == pytest.approx(0)
    assert length_distance(text([1]), text([1, 1])) == 1


def test_empty_text_is_an_error():
    empty, full = Text(np.zeros((0, 6), np.int64), np.zeros(0, np.int64)), text([1, 2])
    for metric in (spread_ratio, length_distance):
        with pytest.raises(
            ValueError, match="expected at least 1 sentence in each text, got 1 and 0"
        ):
            metric(full, empty)
    with pytest.raises(ValueError, match="MS-Jaccard: expected at least 1 sentence"):
        ms_jaccard_distance(empty, full, max_n=2)
    with pytest.raises(ValueError, match="novelty: expected at least 1 sentence"):
        novelty(empty, full)
    with pytest.raises(ValueError, match="uniqueness: expected at least 1 sentence"):
        uniqueness(empty)
