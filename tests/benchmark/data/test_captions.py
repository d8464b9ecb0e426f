"""Words of captions, in several languages."""

import unicodedata

import numpy as np
import pytest

from benchmark.data.captions import (
    build_vocabulary,
    decode_captions,
    encode_captions,
    split_characters,
    split_words,
)


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("A thin, RED 3; it's red-haired.", ["a", "thin", "red", "3", "it's", "red-haired"]),
        ("it\u2019s - snake_case 'quoted'", ["it\u2019s", "snake", "case", "quoted"]),
        ("Ein schöner Vogel über Gärten", ["ein", "schöner", "vogel", "über", "gärten"]),
        ("एक लाल पक्षी", ["एक", "लाल", "पक्षी"]),  # vowel signs are combining marks
        ("पक्\u200dषी", ["पक्\u200dषी"]),  # with a zero-width joiner
        ("一只红色的鸟", ["一", "只", "红", "色", "的", "鸟"]),
        ("GAN生成的3只鸟。", ["gan", "生", "成", "的", "3", "只", "鸟"]),
        ("赤い鳥", ["赤", "い", "鳥"]),
        ("빨간 새", ["빨간", "새"]),
        ("طائر أحمر", ["طائر", "أحمر"]),
        ("नी", ["नी"]),
        ("!? …", []),
    ],
)
def test_words_follow_the_rules_of_unicode(caption, words):
    composed = [unicodedata.normalize("NFC", word) for word in words]
    assert split_words(caption) == composed
    assert split_words(unicodedata.normalize("NFD", caption)) == composed


def test_captions_survive_encoding():
    captions = ["ein schöner vogel", unicodedata.normalize("NFD", "ein größerer vogel")]
    vocabulary = build_vocabulary(captions)
    assert vocabulary.tolist() == ["", "ein", "größerer", "schöner", "vogel"]
    tokens = encode_captions(captions, vocabulary)
    assert np.array_equal(tokens, [[1, 3, 4], [1, 2, 4]])
    assert decode_captions(tokens, vocabulary) == ["ein schöner vogel", "ein größerer vogel"]


def test_a_character_has_its_marks():
    assert split_characters(unicodedata.normalize("NFD", "né")) == ["n", "é"]
    assert split_characters("नी a") == ["नी", " ", "a"]
    assert "".join(split_characters("किताब")) == "किताब"
