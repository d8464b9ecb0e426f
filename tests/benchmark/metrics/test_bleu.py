"""BLEU against torchmetrics and worked examples."""

import numpy as np
import pytest
from torchmetrics.functional.text import bleu_score

from benchmark.metrics.bleu import bleu, self_bleu
from benchmark.metrics.ngrams import Text


def random_text(seed, n, *, vocabulary=6, length=9, min_length=1):
    generator = np.random.default_rng(seed)
    lengths = generator.integers(min_length, length + 1, n)
    return Text(generator.integers(0, vocabulary, (n, length)), lengths)


def to_lines(text):
    rows = zip(text.tokens, text.lengths, strict=True)
    return [" ".join(map(str, row[:length])) for row, length in rows]


@pytest.mark.parametrize("seed", range(5))
def test_bleu_equals_torchmetrics(seed):
    """Some sentences are shorter than the n-grams."""
    text, reference = random_text(seed, 20), random_text(seed + 100, 40)
    ours = bleu(text, reference)
    references = [to_lines(reference)] * 20
    for n in range(1, 6):
        expected = bleu_score(to_lines(text), references, n_gram=n).item()
        assert ours[n - 1] == pytest.approx(expected, rel=1e-5)
    assert ours[3] > 0


def test_short_text_is_penalised():
    text, reference = random_text(0, 20, length=9), random_text(1, 30, length=9, min_length=7)
    text = Text(text.tokens, np.minimum(text.lengths, 4))
    expected = bleu_score(to_lines(text), [to_lines(reference)] * 20, n_gram=2).item()
    assert bleu(text, reference)[1] == pytest.approx(expected, rel=1e-5)
    longer = Text(reference.tokens[:20], reference.lengths[:20])
    assert bleu(longer, reference)[1] == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_self_bleu_equals_bleu_against_all_other_sentences(seed):
    text = random_text(seed, 15, vocabulary=4)
    # sorted by length: of two equally near references, BLEU takes the shorter, torchmetrics the
    # first
    order = np.argsort(text.lengths, kind="stable")
    text = Text(text.tokens[order], text.lengths[order])
    lines = to_lines(text)
    references = [lines[:place] + lines[place + 1 :] for place in range(15)]
    ours = self_bleu(text)
    for n in range(1, 6):
        expected = bleu_score(lines, references, n_gram=n).item()
        assert ours[n - 1] == pytest.approx(expected, rel=1e-5)


def test_repeated_sentence_scores_one():
    text = Text(np.tile(np.arange(6), (4, 1)), np.full(4, 6))
    assert self_bleu(text) == pytest.approx([1] * 5)
    assert bleu(text, text) == pytest.approx([1] * 5)


def test_disjoint_texts_score_zero():
    first, second = (Text(np.full((3, 4), token), np.full(3, 4)) for token in (1, 2))
    assert bleu(first, second) == [0.0] * 5


def test_empty_sentences_score_zero():
    text = Text(np.zeros((3, 4), np.int64), np.zeros(3, np.int64))
    assert bleu(text, random_text(0, 5, length=4)) == [0.0] * 5


def test_bad_input_is_an_error():
    text = random_text(0, 4)
    empty = Text(np.zeros((0, 9), np.int64), np.zeros(0, np.int64))
    for wrong, message in (
        ((text, empty), "expected at least 1 sentence in each text, got 4 and 0"),
        ((empty, text), "expected at least 1 sentence in each text, got 0 and 4"),
        ((text, random_text(0, 4, length=5)), r"rows of one length, got \[5, 9\]"),
    ):
        with pytest.raises(ValueError, match=message):
            bleu(*wrong)
    with pytest.raises(ValueError, match="expected at least 2 sentences, got 1"):
        self_bleu(Text(text.tokens[:1], text.lengths[:1]))
    with pytest.raises(ValueError, match="expected lengths of 0 to 9"):
        Text(text.tokens, text.lengths + 9)
