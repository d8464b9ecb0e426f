"""Where sentences come from, an oracle, a grammar or a file, and what is said if it is wrong."""

import itertools
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from benchmark import config
from benchmark.data import prepare
from benchmark.data.sentences import Lexicon
from benchmark.data.sources import grammar, oracle, text_files
from benchmark.data.sources.oracle import NAMES, Oracle
from benchmark.data.splits import save_split
from benchmark.tracks.text.schema import TextDataset


def small(vocabulary=20, seed=0):
    return Oracle.draw_weights(vocabulary, np.random.default_rng(seed))


def message(capsys, call):
    with pytest.raises(SystemExit) as stopped:
        call()
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_the_oracle_is_an_lstm():
    """That of torch, whose gates stand in the order input, forget, run, output."""
    truth = small()
    weights = {name: torch.from_numpy(own).double() for name, own in truth.weights.items()}
    network = torch.nn.LSTM(oracle.WIDTH, oracle.HIDDEN, batch_first=True).double()
    order = ("i", "f", "c", "og")
    network.weight_ih_l0.data = torch.cat([weights[f"W{gate}"] for gate in order], dim=1).t()
    network.weight_hh_l0.data = torch.cat([weights[f"U{gate}"] for gate in order], dim=1).t()
    network.bias_ih_l0.data = torch.cat([weights[f"b{gate}"] for gate in order])
    network.bias_hh_l0.data.zero_()
    tokens = truth.draw(30, 7, np.random.default_rng(1))
    read = torch.from_numpy(np.pad(tokens[:, :-1], ((0, 0), (1, 0))))
    states, _ = network(weights["embeddings"][read])
    logits = states @ weights["Wo"] + weights["bo"]
    right = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.from_numpy(tokens).flatten(), reduction="none"
    )
    np.testing.assert_allclose(truth.nll(tokens).ravel(), right.detach(), rtol=1e-9)


def test_the_nll_of_the_oracles_sentences_is_its_entropy():
    truth, length = small(6), 4
    every = np.array(list(itertools.product(range(6), repeat=length)))
    nll = truth.nll(every).sum(axis=1)
    probability = np.exp(-nll)
    assert probability.sum() == pytest.approx(1)
    entropy = (probability * nll).sum()
    own = truth.nll(truth.draw(5_000, length, np.random.default_rng(0))).sum(axis=1)
    error = np.sqrt((probability * (nll - entropy) ** 2).sum() / 5_000)
    assert abs(own.mean() - entropy) < 4 * error
    even = truth.nll(np.random.default_rng(1).integers(0, 6, (5_000, length))).sum(axis=1)
    assert own.mean() + 10 * error < even.mean()


def test_the_oracle_draws_each_sentence_with_its_probability():
    truth = small(3)
    every = np.array(list(itertools.product(range(3), repeat=2)))
    expected = np.exp(-truth.nll(every).sum(axis=1))
    drawn = truth.draw(10_000, 2, np.random.default_rng(0)) @ [3, 1]
    shares = np.bincount(drawn, minlength=9) / 10_000
    assert (np.abs(shares - expected) < 5 * np.sqrt(expected / 10_000) + 1e-4).all()


@pytest.mark.parametrize("kind", ["npz", "safetensors", "folder"])
def test_an_oracle_comes_from_a_file(tmp_path, monkeypatch, kind):
    truth = small(30)
    path = tmp_path / f"weights.{kind}"
    if kind == "npz":
        np.savez(path, **truth.weights)
    elif kind == "safetensors":
        save_file(truth.weights, path)
    else:  # as prepare writes it
        monkeypatch.chdir(tmp_path)
        save_split("other", "oracle", truth.weights)
        path = tmp_path / "data/other/oracle"
    block = config.Oracle(length=5, sequences=40, weights=str(path))
    parts = oracle.load_dataset("mine", block)
    train, test, weights = parts.train, parts.test, parts.oracle
    assert train.images.shape == (40, 5) and test.images.shape == (4, 5)
    assert len(train.words) == 30
    assert all(np.array_equal(weights[name], truth.weights[name]) for name in NAMES)
    again = config.Oracle(length=5, sequences=40, vocabulary=30)
    assert not np.array_equal(train.images, oracle.load_dataset("mine", again)[0].images)


def without(weights):
    weights.pop("Uf")


def turned(weights):
    weights["Wo"] = weights["Wo"].T.copy()


def lost(weights):
    weights["bo"] = weights["bo"] * np.float32("nan")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (without, "expected arrays embeddings, Wi, Ui, bi, Wf, "),
        (turned, "Wo: expected shape (20, 20), got (20, 32)"),
        (lost, "bo: expected finite floating-point numbers"),
    ],
)
def test_invalid_weights_are_one_line(tmp_path, capsys, change, line):
    weights = dict(small().weights)
    change(weights)
    path = tmp_path / "weights.npz"
    np.savez(path, **weights)
    error = message(capsys, lambda: oracle.load_oracle(path))
    assert error.startswith(f"{path}: expected the weights of an oracle") and line in error


def test_files_without_weights_are_one_line(tmp_path, capsys):
    path = tmp_path / "weights.npz"
    assert message(capsys, lambda: oracle.load_oracle(path)) == (
        f"{path}: expected a file, got none; correct the path"
    )
    for other in (path, path.with_suffix(".safetensors")):
        other.write_bytes(b"nothing of the kind")
        line = message(capsys, partial(oracle.load_oracle, other))
        assert line.startswith(f"{other}: expected the weights of an oracle")
    np.savez(path, **small().weights)
    block = config.Oracle(vocabulary=21, weights=str(path))
    assert "expected 21 tokens, got 20" in message(
        capsys, lambda: oracle.load_dataset("mine", block)
    )


def test_the_parser_accepts_every_drawn_expression():
    parts = grammar.draw_expressions()
    train, test = parts.train, parts.test
    lexicon = Lexicon(train.words, train.separator)
    for part in (train, test):
        lengths = lexicon.count_words(part.images)
        assert lengths.min() >= grammar.SHORTEST and lengths.max() < grammar.LENGTH
        assert all(map(grammar.is_valid, lexicon.decode(part.images)))
    used = np.unique(train.images)
    assert used.tolist() == list(range(len(grammar.WORDS))), "every word is drawn"


def test_the_parser_accepts_exactly_the_reducible_strings():
    """On all strings of up to 6 signs: what (x), x*x and x+x fold up to x is an expression."""
    result = {True: 0, False: 0}
    for length in range(7):
        for words in itertools.product("x+*()", repeat=length):
            line, before = "".join(words), None
            while line != before:
                line, before = re.sub(r"\(x\)|x[+*]x", "x", line, count=1), line
            assert grammar.is_valid(words) == (line == "x"), words
            result[line == "x"] += 1
    assert min(result.values()) > 10


@pytest.mark.parametrize(
    "line", ["", "x+", "+x", "x*/y", "(x", "x)", "()", "xy", "x(y)", "x+(y*)", "x+y)", "2y", "a"]
)
def test_broken_strings_are_rejected(line):
    assert not grammar.is_valid(line)


def lines(tmp_path, content, **more):
    path = tmp_path / "lines.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return config.TextFile(path=str(path), **more)


def test_a_file_is_read_by_words(tmp_path):
    text = "\ufeff" + "".join(f"Grüße an\tdie {n}\r\n\n" for n in range(40)) + "ελληνικά 日本語 🙂"
    train, test = text_files.load_dataset(lines(tmp_path, text, length=6))
    lexicon = Lexicon(train.words, train.separator)
    spoken = lexicon.decode(np.concatenate([train.images, test.images]))
    assert sorted(spoken) == sorted(
        [*(f"Grüße an die {n}" for n in range(40)), "ελληνικά 日本語 🙂"]
    )
    assert len(test.images) == 4 and train.images.shape[1] == 6
    assert train.images.dtype == np.int64 and lexicon.has_end


def test_a_file_is_read_by_characters(tmp_path):
    train, test = text_files.load_dataset(lines(tmp_path, "añ b\n" * 30, by="character", length=4))
    assert sorted(train.words) == sorted(["", "a", "ñ", " ", "b"])
    lexicon = Lexicon(train.words, train.separator)
    assert set(lexicon.decode(test.images)) == {"añ b"}
    assert (train.images > 0).all(), "nothing is left of the row"


def test_rare_words_are_unknown_and_long_lines_left_out(tmp_path, capsys):
    text = "a b\n" * 20 + "a b c\n" * 5 + "d a\n" + "a a a a\n" * 3
    train, test = text_files.load_dataset(lines(tmp_path, text, length=3, vocabulary=4))
    assert list(train.words) == ["", "<unk>", "a", "b"]
    assert len(train.images) + len(test.images) == 26
    assert "3 lines longer than 3 left out" in capsys.readouterr().out
    rows = np.concatenate([train.images, test.images]).tolist()
    assert [2, 3, 1] in rows and [1, 2, 0] in rows


@pytest.mark.parametrize(
    ("content", "more", "line"),
    [
        (b"", {}, "expected one sentence a line, got an empty file; write some"),
        (b" \n\n", {}, "expected one sentence a line, got an empty file; write some"),
        (b"a \xff\n", {}, "expected UTF-8, got another encoding at byte 3; save it as UTF-8"),
        (
            "ä".encode("utf-16"),
            {},
            "expected UTF-8, got another encoding at byte 1; save it as UTF-8",
        ),
        (b"a\n" * 19, {}, "expected 20 lines or more, one sentence each, got 19; add sentences"),
        (
            b"a b c\n" * 30,
            {"length": 2},
            "expected 20 lines or more of at most 2 words, got 0 of 30; write a larger length",
        ),
    ],
)
def test_an_invalid_file_is_one_line(tmp_path, capsys, content, more, line):
    block = lines(tmp_path, content, **more)
    assert message(capsys, lambda: text_files.load_dataset(block)) == f"{block.path}: {line}"


def test_a_missing_file_is_one_line(tmp_path, capsys):
    block = config.TextFile(path=str(tmp_path / "none.txt"))
    assert message(capsys, lambda: text_files.load_dataset(block)) == (
        f"{block.path}: expected a file, got none; correct the path"
    )


def test_fewer_sentences_than_a_batch_are_one_line(undivided, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    block = lines(tmp_path, "a b\n" * 40)
    settings = config.load_params(Path(__file__).parents[4] / "params.yaml")
    own = TextDataset(samples_seen=64, networks={}, file=block)
    track = settings.tracks["text"].model_copy(update={"datasets": {"mine": own}})
    settings = settings.model_copy(update={"text": track})
    line = message(capsys, lambda: prepare.prepare("mine", settings))
    assert line == (
        "mine: expected 64 sentences or more to train on, as the batch needs, got 36; add"
        " sentences, or lower it"
    )


def test_tokens_after_the_end_are_ignored():
    lexicon = Lexicon(np.array(["", "a", "b"]), " ")
    tokens = np.array([[1, 2, 0, 1], [0, 1, 1, 1], [1, 1, 1, 2]])
    assert lexicon.decode(tokens) == ["a b", "", "a a a b"]
    assert lexicon.count_words(tokens).tolist() == [2, 0, 4]
    endless = Lexicon(np.array(["0", "1", "2"]), " ")
    assert endless.decode(tokens)[0] == "1 2 0 1" and not endless.has_end


def test_letters_keep_their_marks(tmp_path):
    (tmp_path / "a.txt").write_text("ne\u0301 नी\n" * 20, encoding="utf-8")  # with combining marks
    block = config.TextFile(path=str(tmp_path / "a.txt"), by="character", length=8)
    train, _ = text_files.load_dataset(block)
    assert sorted(train.words.tolist()) == ["", " ", "n", "é", "नी"]
    assert (train.images > 0).sum(axis=1).tolist() == [4] * len(train.images)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(tmp_path, end):
    (tmp_path / "a.txt").write_bytes(end.join(f"line {number}" for number in range(30)).encode())
    parts = text_files.load_dataset(config.TextFile(path=str(tmp_path / "a.txt")))
    assert sum(len(part.images) for part in parts) == 30
