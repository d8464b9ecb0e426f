"""Images generated from captions through the stages: data, captions and scores."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from benchmark import config, tracks
from benchmark.data import captions, prepare
from benchmark.data.sources import text_to_image as pictures
from benchmark.data.sources.images import load_digits
from benchmark.data.sources.text_to_image import ATTRIBUTES, COLOURS, INKS, NUMBERS, SLANTS, WEIGHTS
from benchmark.data.sources.translation import enlarge_images
from benchmark.data.splits import load_classifier_split, load_condition, load_split, load_vocabulary
from benchmark.evaluation import evaluate, sample
from benchmark.features import features
from benchmark.features.extractors import classifier, matching
from benchmark.tracks.text_to_image import scoring as text_to_image_scoring
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.training.interrupted import check_resumed_bytes
from tests.command import mistake_of, run_command

NAME = "captioned_digits"
VARIANTS = ("gan_int_cls", "stackgan")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A few pictures and captions; a classifier and an encoder that have learnt a little."""
    root = tmp_path_factory.mktemp("captions")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(
            pictures, "DRAWN", {"train": 1000, "validation": 100, "extractor": 1000, "test": 240}
        )
        (root / ".checkpoints").mkdir()
        prepare.prepare(NAME, track())
        features.compute_features(NAME, track())
    return root


@pytest.fixture(autouse=True)
def workplace(made, monkeypatch):
    monkeypatch.chdir(made)


def track():
    training = {"batch": 16, "logs": 6, "snapshots": 3, "snapshot_samples": 110}
    small = {"latent": 4, "width": 4, "code": 8}
    return config.parse_params(
        {
            "features": {"seed": 0, "epochs": 6, "batch": 64, "lr": 3e-3},
            "text_to_image": {
                "seeds": [0],
                "datasets": {NAME: {"samples_seen": 192, "networks": small}},
                "training": training | {"threads": 1},
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {
                    "gan_int_cls": {"kind": "controlled", "lr": 1e-3},
                    "stackgan": {
                        "kind": "faithful",
                        "lr": 1e-3,
                        "model": small | {"doublings": 1, "blocks": 1},
                    },
                },
            },
        }
    )


@pytest.fixture
def settings():
    return track()


def find_run(settings, variant):
    return next(run for run in settings.runs if run.variant == variant)


def parts():
    """Of either part: pictures, attributes and captions."""
    known = load_vocabulary(NAME)
    for split in ("train", "test"):
        shown, attributes = load_classifier_split(NAME, split)
        yield shown, attributes, captions.decode_captions(load_condition(NAME, split), known)


def test_a_caption_says_what_is_known_of_its_picture():
    """Read back from the words alone: every attribute, where none is said the usual one."""
    seen = set()
    for _, attributes, message in parts():
        for own, text in zip(attributes, message, strict=True):
            digit, second, weight, slant, colour = own
            words = text.removeprefix("two digits ").split()
            named = [NUMBERS.index(word) for word in words if word in NUMBERS]
            if "right of" in text:
                named.reverse()
            assert named == [digit, second - 1][: 2 if second else 1], text
            for value, known in ((weight, WEIGHTS), (slant, SLANTS)):
                result = [
                    place
                    for place, ways in enumerate(known.values())
                    if any(f" {way} " in f" {text} " for way in ways)
                ]
                assert result == [value] or (not result and value == 0), text
            inks = [word for word in words if word in INKS]
            ink, ground = COLOURS[colour]
            assert inks == [ink, ground] or (
                ground == "black" and inks == ([] if ink == "white" else [ink])
            ), text
            seen.add(tuple(own))
    assert len(seen) > 500, "there are many ways for a picture to look"


def test_a_picture_is_in_the_colours_that_are_said():
    """The pixels farthest apart are those of ground and ink."""
    right = []
    for shown, attributes, _ in parts():
        for picture, colour in zip(shown.astype(float), attributes[:, 4], strict=True):
            ink, ground = (np.array(INKS[name]) for name in COLOURS[colour])
            pixels = picture.reshape(3, -1).T
            away = np.linalg.norm(pixels - ground, axis=1)
            assert away.min() < 1
            right.append(np.linalg.norm(pixels[away.argmax()] - ink) < 80)
            assert np.linalg.norm(pixels[away.argmax()] - ink) < away.max()
    assert np.mean(right) > 0.95, "thin strokes at the least reach their full colour"


def test_every_attribute_is_as_often_drawn_as_another():
    _, attributes = load_classifier_split(NAME, "train")
    one = attributes[attributes[:, 1] == 0]
    assert len(one) / len(attributes) == pytest.approx(1 - pictures.TWO, abs=0.05)
    for column, count in (("digit", 10), ("weight", 3), ("slant", 3), ("colour", len(COLOURS))):
        shares = np.bincount(one[:, ATTRIBUTES.index(column)], minlength=count) / len(one)
        assert len(shares) == count and np.abs(shares - 1 / count).max() < 0.5 / count


@pytest.fixture(scope="module")
def shapes():
    _, held_out = load_digits()
    return enlarge_images(held_out.images, pictures.SIDE)[:100, 0]


def test_weights_are_what_they_are_called(shapes):
    ink = {
        weight: np.array([pictures.change_weight(shape, weight).mean() for shape in shapes])
        for weight in WEIGHTS
    }
    assert (ink["bold"] > 1.1 * ink["plain"]).all() and (ink["plain"] > 1.1 * ink["thin"]).all()


def test_slants_are_what_they_are_called(shapes):
    """Where the ink of the upper half lies, against that of the lower half."""

    def lean(image):
        share = image.astype(float).sum(axis=0), np.arange(pictures.SIDE)
        top, low = (part.astype(float).sum(axis=0) for part in (image[:8], image[8:]))
        return (top @ share[1]) / top.sum() - (low @ share[1]) / low.sum()

    result = {
        slant: np.array([lean(pictures.slant_digit(own, slant)) for own in shapes])
        for slant in SLANTS
    }
    assert (result["left"] < result["upright"] - 1).all()
    assert (result["right"] > result["upright"] + 1).all()


def test_two_digits_stand_beside_each_other(shapes):
    picture = pictures.place_side_by_side(shapes[0], shapes[1])
    other = pictures.place_side_by_side(shapes[0], shapes[2])
    assert np.array_equal(picture[:, :8], other[:, :8])
    assert not np.array_equal(picture[:, 8:], other[:, 8:])
    assert picture[:, :8].any() and picture[:, 8:].any()


def test_words_are_those_of_the_caption():
    message = "A bold Seven, white-on black; don't  3 times!"
    assert captions.split_words(message) == [
        "a",
        "bold",
        "seven",
        "white-on",
        "black",
        "don't",
        "3",
        "times",
    ]
    known = captions.build_vocabulary(["b a", "c, A"])
    assert known.tolist() == ["", "a", "b", "c"]
    condition = captions.encode_captions(["c b a", "a x b", ""], known)
    assert condition.tolist() == [[3, 2, 1], [1, 2, 0], [0, 0, 0]]
    assert captions.encode_captions(["c b a"], known, 2).tolist() == [[3, 2]]
    assert captions.decode_captions(condition, known) == ["c b a", "a b", ""]


def test_the_classifier_predicts_all_attributes():
    record = json.loads((Path("features") / f"{NAME}.json").read_text())
    network = classifier.ClassifierExtractor.load(NAME).network
    assert network.classes == (10, 11, 3, 3, len(COLOURS))
    images, attributes = load_classifier_split(NAME, "test")
    _, probabilities = classifier.embed_images(network, images)
    assert probabilities.sum(axis=1) == pytest.approx(np.full(len(images), len(ATTRIBUTES)))
    right = classifier.predict_classes(network, probabilities) == attributes
    assert right.mean() == pytest.approx(record["accuracy"])
    assert (right.mean(axis=0) > [0.3, 0.7, 0.5, 0.6, 0.9]).all()


def test_the_fixed_encoder_distinguishes_captions():
    record = json.loads((Path("features") / f"{NAME}.json").read_text())
    assert record["r_precision"] > 0.2, "chance is 0.01"
    scorer = text_to_image_scoring.Scorer(NAME, config.Metrics())
    images, _ = load_split(NAME, "test")
    assert scorer.r_precision(images) == pytest.approx(record["r_precision"])
    assert scorer.headline(images) == pytest.approx(record["r_precision"])


def test_reference_rows_are_what_they_are_called():
    scorer = text_to_image_scoring.Scorer(NAME, config.Metrics())
    result = tracks.load("text_to_image").reference_rows(NAME)
    assert set(result) == {"held_out", "memoriser", "mismatched", "noise"}
    rows = {row: scorer.scores(*source(NAME, 0)) for row, source in result.items()}
    images, _ = load_split(NAME, "test")
    moved, _ = result["mismatched"](NAME, 0)
    assert (moved != images).any(axis=(1, 2, 3)).all()
    assert {image.tobytes() for image in moved} == {image.tobytes() for image in images}
    for metric in ("r_precision", "class_accuracy", "attribute_accuracy", "colour_accuracy"):
        assert all(
            rows["held_out"][metric] > 2 * rows[row][metric] for row in rows.keys() - {"held_out"}
        ), metric
    assert rows["mismatched"]["fid"] == pytest.approx(rows["held_out"]["fid"])
    assert rows["memoriser"]["fid"] < rows["noise"]["fid"]
    assert all(rows[row]["r_precision"] < 0.06 for row in ("memoriser", "mismatched", "noise"))
    known = set(tracks.load("text_to_image").metric_directions())
    assert all(set(row) <= known for row in rows.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_killed_run_resumes_to_the_same_bytes(settings, variant):
    run = find_run(settings, variant)
    check_resumed_bytes(run, settings, at=112)
    encoder = features.load_caption_encoder_weights(NAME)
    scoring = matching.load_caption_image_encoder(NAME).caption.state_dict()
    assert not any(torch.equal(encoder[name], scoring[name]) for name in encoder)
    with safe_open(run.trained / "weights.safetensors", framework="pt") as weights:
        for name, value in encoder.items():
            assert torch.equal(weights.get_tensor(f"caption_{name}"), value)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_is_scored_against_its_captions(settings, variant):
    run = find_run(settings, variant)
    train.train(run, settings)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, settings)
    scores = json.loads(run.metrics.read_text())
    expected = {"r_precision", "class_accuracy", "attribute_accuracy", "fid", "output_diversity"}
    assert expected <= set(scores) <= set(tracks.load("text_to_image").metric_directions())
    assert scores["output_diversity"] > 0
    with np.load(run.trained / "snapshots.npz") as file:
        assert file["images"].shape == (3, 110, 3, 16, 16)
    assert Image.open(run.scored / "samples.png").size == (16 * 16, 4 * 16)
    assert "r_precision" in run.trajectory.read_text().splitlines()[0]


def test_samples_are_drawn_for_a_caption(settings, monkeypatch, capsys):
    run = find_run(settings, "gan_int_cls")
    train.train(run, settings)
    delete_checkpoint(run.name)
    monkeypatch.setattr(sample, "load_condition", None)  # the weights are enough
    arguments = "sample", run.row, "--count", 6, "--out", "grid.npz", "--caption"
    drawn = {}
    for text in ("a bold seven, white on black", "a thin three in red"):
        run_command(*arguments, text)
        drawn[text] = np.load("grid.npz")["images"]
    one, other = drawn.values()
    assert one.shape == (6, 3, 16, 16) and not np.array_equal(one, other)
    for text, line in {
        "a bold sevn": "--caption: expected a word of the vocabulary of gan_int_cls, got “sevn”;"
        " did you mean seven?",
        "...": "--caption: expected words, got “...”; write one or more",
        "a " * 30: "--caption: expected at most 12 words for gan_int_cls, got 30; shorten it",
    }.items():
        assert mistake_of(capsys, *arguments, text) == line


def test_a_variant_that_reads_no_captions_says_so(monkeypatch, capsys):
    import gans

    monkeypatch.setattr(sample, "find_weights", lambda row, seed: None)
    monkeypatch.setattr(sample.weights, "load", lambda *_: gans.load("dcgan")((1, 8, 8)))
    line = mistake_of(capsys, "sample", "digits-dcgan", "--caption", "a seven")
    assert line == "--caption: expected a variant that reads captions, got dcgan; leave it out"
