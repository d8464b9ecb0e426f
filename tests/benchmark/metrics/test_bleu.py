"""BLEU against torchmetrics, and by hand."""

import numpy as np
import pytest
from torchmetrics.functional.text import bleu_score

from benchmark.metrics.bleu import bleu, self_bleu
from benchmark.metrics.ngrams import Text


def made_up(seed, n, *, vocabulary=6, length=9, least=1):
    generator = np.random.default_rng(seed)
    lengths = generator.integers(least, length + 1, n)
    return Text(generator.integers(0, vocabulary, (n, length)), lengths)


def spoken(text):
    rows = zip(text.tokens, text.lengths, strict=True)
    return [" ".join(map(str, row[:length])) for row, length in rows]


@pytest.mark.parametrize("seed", range(5))
def test_bleu_is_that_of_torchmetrics(seed):
    """Of texts some of whose sentences are shorter than the n-grams."""
    text, reference = made_up(seed, 20), made_up(seed + 100, 40)
    ours = bleu(text, reference)
    references = [spoken(reference)] * 20
    for n in range(1, 6):
        right = bleu_score(spoken(text), references, n_gram=n).item()
        assert ours[n - 1] == pytest.approx(right, rel=1e-5)
    assert ours[3] > 0


def test_text_that_is_too_short_pays_for_it():
    text, reference = made_up(0, 20, length=9), made_up(1, 30, length=9, least=7)
    text = Text(text.tokens, np.minimum(text.lengths, 4))
    right = bleu_score(spoken(text), [spoken(reference)] * 20, n_gram=2).item()
    assert bleu(text, reference)[1] == pytest.approx(right, rel=1e-5)
    longer = Text(reference.tokens[:20], reference.lengths[:20])
    assert bleu(longer, reference)[1] == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_self_bleu_is_bleu_against_all_others(seed):
    text = made_up(seed, 15, vocabulary=4)
    # by length, as of two references as near torchmetrics takes the first, and BLEU the shorter
    order = np.argsort(text.lengths, kind="stable")
    text = Text(text.tokens[order], text.lengths[order])
    lines = spoken(text)
    references = [lines[:place] + lines[place + 1 :] for place in range(15)]
    ours = self_bleu(text)
    for n in range(1, 6):
        right = bleu_score(lines, references, n_gram=n).item()
        assert ours[n - 1] == pytest.approx(right, rel=1e-5)


def test_one_sentence_again_and_again():
    text = Text(np.tile(np.arange(6), (4, 1)), np.full(4, 6))
    assert self_bleu(text) == pytest.approx([1] * 5)
    assert bleu(text, text) == pytest.approx([1] * 5)


def test_nothing_in_common_is_nothing():
    one, other = (Text(np.full((3, 4), token), np.full(3, 4)) for token in (1, 2))
    assert bleu(one, other) == [0.0] * 5


def test_sentences_without_a_word_are_no_error():
    text = Text(np.zeros((3, 4), np.int64), np.zeros(3, np.int64))
    assert bleu(text, made_up(0, 5, length=4)) == [0.0] * 5


def test_texts_that_do_not_fit_are_errors():
    text = made_up(0, 4)
    empty = Text(np.zeros((0, 9), np.int64), np.zeros(0, np.int64))
    for wrong in ((text, empty), (empty, text), (text, made_up(0, 4, length=5))):
        with pytest.raises(ValueError):
            bleu(*wrong)
    with pytest.raises(ValueError, match="fewer than two"):
        self_bleu(Text(text.tokens[:1], text.lengths[:1]))
    with pytest.raises(ValueError, match="lengths"):
        Text(text.tokens, text.lengths + 9)
