"""Sentences through the stages: training, resuming, scores, samples and reference rows."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark import config, tracks
from benchmark.data import prepare
from benchmark.data.sentences import Lexicon
from benchmark.data.sources import grammar
from benchmark.data.splits import load_split
from benchmark.evaluation import evaluate, references
from benchmark.features import features
from benchmark.features.extractors import language
from benchmark.tracks.text import scoring as text_scoring
from benchmark.tracks.text.pictures import COUNT
from benchmark.training import train, weights
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.training.interrupted import check_resumed_bytes
from tests.command import mistake_of, run_command

TINY = {"filters": 4, "windows": [1, 2]}
SETTINGS = config.parse_params(
    {
        "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
        "text": {
            "seeds": [0],
            "datasets": {
                "oracle": {
                    "samples_seen": 192,
                    "networks": {"width": 8, "hidden": 12},
                    "oracle": {"vocabulary": 30, "length": 6, "sequences": 1000},
                },
                "grammar": {"samples_seen": 192, "networks": {"width": 8, "hidden": 12}},
            },
            "training": {
                "batch": 16,
                "logs": 6,
                "snapshots": 3,
                "snapshot_samples": 50,
                "threads": 1,
            },
            "metrics": {"max_n": 3},
            "variants": {
                "mle": {"kind": "controlled", "lr": 1e-2},
                "scheduled_sampling": {"kind": "controlled", "lr": 1e-2},
                "seqgan": {
                    "kind": "controlled",
                    "lr": 1e-2,
                    "model": TINY | {"rollouts": 2, "d_steps": 1, "pretraining": 0.4},
                },
                "textgan": {"kind": "controlled", "lr": 1e-2, "model": TINY},
            },
        },
    }
)


@pytest.fixture(scope="module", autouse=True)
def workplace(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root := tmp_path_factory.mktemp("text"))
        (root / ".checkpoints").mkdir()
        patch.setattr(
            grammar, "DRAWN", {"train": 900, "validation": 100, "extractor": 500, "test": 150}
        )
        for name in SETTINGS.tracks["text"].datasets:
            prepare.prepare(name, SETTINGS)
            features.compute_features(name, SETTINGS)
        yield root


def find_run(variant, dataset="oracle"):
    return next(run for run in SETTINGS.runs if (run.variant, run.dataset) == (variant, dataset))


@pytest.mark.parametrize("variant", SETTINGS.tracks["text"].variants)
def test_a_killed_run_resumes_to_the_same_bytes(variant):
    run = find_run(variant)
    check_resumed_bytes(run, SETTINGS, at=112)


@pytest.mark.parametrize("dataset", SETTINGS.tracks["text"].datasets)
@pytest.mark.parametrize("variant", ["mle", "seqgan"])
def test_a_run_is_scored_and_sampled(variant, dataset, capsys):
    run = find_run(variant, dataset)
    train.train(run, SETTINGS)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, SETTINGS)
    scores = json.loads(run.metrics.read_text())
    truth = {"oracle": {"nll_oracle"}, "grammar": {"valid", "length_distance"}}
    others = truth["grammar" if dataset == "oracle" else "oracle"]
    assert set(scores) == set(tracks.load("text").metric_directions()) - others
    variant = weights.load(run.trained / "weights.safetensors")
    tokens, lengths = load_split(dataset, "test")[0], text_scoring.Scorer(dataset).held_out.lengths
    with torch.no_grad():
        nll = variant.nll(torch.from_numpy(tokens)).double().sum().item()
    words = sum(min(length + (dataset == "grammar"), tokens.shape[1]) for length in lengths)
    assert scores["nll_gen"] == pytest.approx(nll / words, rel=1e-6)
    shown = (run.scored / "samples.txt").read_text().splitlines()
    assert len(shown) == COUNT
    with np.load(run.trained / "snapshots.npz") as file:
        assert file["images"].shape == (3, 50, tokens.shape[1])
        assert file["images"].dtype == np.int64
    capsys.readouterr()
    arguments = "sample", run.row, "--count", 7
    run_command(*arguments)
    printed = capsys.readouterr().out.splitlines()
    assert printed == Lexicon.load(dataset).decode(evaluate.draw(variant, 7, seed=0)[0])
    run_command(*arguments, "--out", "drawn.txt")
    assert Path("drawn.txt").read_text().splitlines() == printed
    line = mistake_of(capsys, *arguments, "--out", "drawn.png")
    assert line == "--out: expected a .txt or .npz file for sentences, got drawn.png; rename it"


@pytest.mark.parametrize("dataset", SETTINGS.tracks["text"].datasets)
def test_reference_rows_are_what_they_are_called(dataset):
    scorer = text_scoring.Scorer(dataset, SETTINGS.tracks["text"].metrics)
    rows = {
        name: scorer.scores(*source(dataset, 0))
        for name, source in tracks.load("text").reference_rows(dataset).items()
    }
    assert set(rows) == {"held_out", "memoriser", "noise"}
    assert rows["memoriser"]["novelty"] == 0 < rows["held_out"]["novelty"]
    assert rows["memoriser"]["bleu_5"] == pytest.approx(1)
    assert rows["memoriser"]["bleu_5"] > rows["held_out"]["bleu_5"] > rows["noise"]["bleu_5"]
    for metric in ("jaccard_distance", "nll_oracle") if dataset == "oracle" else ("fed",):
        assert rows["held_out"][metric] < rows["noise"][metric]
    if dataset == "grammar":
        assert rows["held_out"]["valid"] == rows["memoriser"]["valid"] == 1
        assert rows["noise"]["valid"] < 0.2
    held_out = load_split(dataset, "test")[0]
    assert scorer.headline(held_out) == rows["held_out"]["jaccard_distance"]


def test_one_sentence_again_and_again_has_no_diversity():
    scorer = text_scoring.Scorer("grammar", SETTINGS.tracks["text"].metrics)
    real = load_split("grammar", "train")[0]
    moment = scorer.moment(np.repeat(real[:1], 100, axis=0))
    assert moment["diversity"] == 0 and moment["distinct"] < 0.2
    moment = scorer.moment(real[:100])
    assert moment["diversity"] == pytest.approx(1, abs=0.1) and moment["distinct"] == 1


def test_an_embedded_sentence_is_the_mean_state_up_to_its_end():
    model = text_scoring.Scorer("grammar").language
    tokens = load_split("grammar", "test")[0][:9]
    embedded = model.embed(tokens)
    assert embedded.shape == (9, language.HIDDEN) and embedded.dtype == np.float64
    for row, count in enumerate(model.lexicon.count_words(tokens)):
        read = torch.from_numpy(tokens[row : row + 1, : count + 1])
        with torch.no_grad():
            states, _ = model.network.lstm(model.network.embedding(read))
        np.testing.assert_allclose(embedded[row], states[0].double().mean(dim=0), rtol=1e-4)


def test_sentences_read_backwards_are_far():
    scorer = text_scoring.Scorer("grammar", SETTINGS.tracks["text"].metrics)
    tokens = load_split("grammar", "test")[0]
    turned = tokens.copy()
    for row, count in enumerate(scorer.lexicon.count_words(tokens)):
        turned[row, :count] = tokens[row, :count][::-1]
    straight, back = (scorer.scores(sentences) for sentences in (tokens, turned))
    assert back["bleu_2"] < straight["bleu_2"] and back["fed"] > 2 * straight["fed"]
    assert back["length_distance"] == straight["length_distance"]


def test_what_follows_the_end_is_not_scored():
    scorer = text_scoring.Scorer("grammar", SETTINGS.tracks["text"].metrics)
    tokens = load_split("grammar", "test")[0]
    filled = tokens.copy()
    lengths = scorer.lexicon.count_words(tokens)
    behind = np.arange(tokens.shape[1]) > lengths[:, None]
    filled[behind] = 5
    assert scorer.scores(filled) == pytest.approx(scorer.scores(tokens), rel=1e-6)


def test_references_are_written_as_lines(workplace):
    references.references("grammar", SETTINGS)
    folder = workplace / "references/grammar"
    assert {path.name for path in folder.iterdir()} == {
        "evaluation.json",
        "held_out.txt",
        "memoriser.txt",
        "noise.txt",
    }
    assert len((folder / "held_out.txt").read_text().splitlines()) == COUNT
