"""The stage that prepares the feature space of a data set."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.data.splits import SplitArrays, load_array, load_split, save_split
from benchmark.features import extractors, features
from benchmark.features.extractors import classifier, dinov2
from benchmark.metrics import frechet_distance, prdc
from benchmark.tracks.images.scoring import Scorer
from tests.benchmark.config.params import PARAMS_FILE
from tests.benchmark.features.images import random_images
from tests.command import error_line


def choose(space):
    text = PARAMS_FILE.read_text().replace("epochs: 80", "epochs: 1")
    changed = text.replace("    digits:\n", f"    digits:\n      feature_space: {space}\n")
    assert changed != text
    config.FILE.write_text(changed)


def test_stage_pins_the_classifier(prepared):
    features.compute_features("digits", config.load_params())
    record = json.loads((prepared / "features/digits/space.json").read_text())
    assert (record["space"], record["features"], record["notes"]) == ("classifier", 64, [])
    extractor = features.load_pinned_extractor("digits")
    images = load_array("digits", "test", "images")
    embedded, probabilities = extractor.embed(images)
    stored, stored_probabilities = features.load_real_features("digits", "test")
    assert np.array_equal(embedded, stored) and np.array_equal(probabilities, stored_probabilities)
    assert (
        extractor.describe_preprocessing((1, 8, 8)) == []
        and "8x8 (bicubic" in extractor.describe_preprocessing((1, 28, 28))[0]
    )
    assert extractor.embed(random_images(3, seed=1, channels=1, size=28))[0].shape == (3, 64)
    with pytest.raises(ValueError, match="expected images of 1 channels, got 3"):
        extractor.embed(random_images(3, seed=1, size=8))


def test_stage_embeds_in_the_feature_space_of_params(prepared, dinov2_weights, monkeypatch):
    choose("dinov2")
    monkeypatch.setenv("DINOV2_WEIGHTS", str(dinov2_weights))
    features.compute_features("digits", config.load_params())
    record = json.loads((prepared / "features/digits/space.json").read_text())
    assert record["space"] == "dinov2" and record["features"] == 128
    assert record["notes"][0] == "one channel repeated to three"
    assert {"classifier.safetensors", "space.json"} < {
        path.name for path in (prepared / "features/digits").iterdir()
    }
    embedded, probabilities = features.load_real_features("digits", "train")
    assert embedded.shape == (60, 128) and probabilities is None
    scorer = Scorer("digits", config.load_params().tracks["images"].metrics)
    scores = scorer.scores(load_array("digits", "train", "images"))
    assert scorer.space.name == "dinov2" and "is" not in scores
    assert scores["pooled_fid"] == pytest.approx(0, abs=1e-6) and scores["precision"] == 1


def test_stage_embeds_in_the_random_space(prepared):
    features.compute_features("digits", config.load_params())
    extractor = extractors.load("random", dataset="digits")
    for split in features.EMBEDDED:
        images = load_array("digits", split, "images")
        stored, probabilities = features.load_real_features("digits", f"random_{split}")
        assert np.array_equal(extractor.embed(images)[0], stored) and probabilities is None
    weights = Path("features/digits/random.safetensors")
    first, changed = weights.read_bytes(), PARAMS_FILE.read_text().replace("seed: 0", "seed: 1", 1)
    config.FILE.write_text(changed.replace("epochs: 80", "epochs: 1"))
    classifier_before = sha256(classifier.pinned_path("digits"))
    features.compute_features("digits", config.load_params())
    assert weights.read_bytes() == first
    assert sha256(classifier.pinned_path("digits")) != classifier_before


def test_scores_in_the_random_space(prepared):
    features.compute_features("digits", config.load_params())
    settings = config.load_params().tracks["images"].metrics
    train, test = (load_array("digits", split, "images") for split in ("train", "test"))
    _, real = Scorer("digits", settings).random_space
    embedded = extractors.load("random", dataset="digits").embed(train)[0]
    assert real.pooled_fid(embedded)["pooled_fid"] == pytest.approx(0, abs=1e-6)
    assert Scorer("digits", settings).scores(train)["random_precision"] == 1
    extractor = extractors.load("random", dataset="digits")
    embedded = [extractor.embed(images)[0] for images in (train, test)]
    scores = Scorer("digits", settings).scores(test)
    expected = prdc(*embedded, k=settings.neighbours, density_k=settings.density_neighbours)
    assert scores["random_fid"] == pytest.approx(frechet_distance(*embedded), rel=1e-9)
    assert {name: scores[f"random_{name}"] for name in expected} == pytest.approx(expected)
    validation = load_array("digits", "validation", "images")
    assert Scorer("digits", settings, part="validation").scores(validation)["random_fid"] < 1e-6


def test_training_images_as_reference_change_no_score(prepared):
    settings, samples = config.load_params(), random_images(90, seed=3, channels=1, size=8)
    scores, names = [], []
    for reference in ("train", "reference"):
        save_split("digits", reference, SplitArrays(*load_split("digits", "train")))
        features.compute_features("digits", settings)
        scorer = Scorer("digits", settings.tracks["images"].metrics)
        names.append({path.name for path in Path("features/digits").iterdir()})
        scores.append(scorer.scores(samples, np.arange(90) % 10) | scorer.moment(samples))
        assert scorer.facts()["real_images"] == 60
    assert scores[0] == scores[1] and {"classifier_2_fid", "random_fid", "fld"} < scores[0].keys()
    assert names[1] - names[0] == {
        f"{prefix}reference.npz" for prefix in ("", "random_", "classifier_2_", "classifier_3_")
    }
    assert not any("reference" in name for name in names[0])


def test_networks_learn_from_images_that_no_score_compares_with(prepared, monkeypatch):
    expected = random_images(50, seed=50, channels=1, size=8)
    save_split("digits", "extractor", SplitArrays(expected, np.arange(50) % 10))
    learnt = []
    train = classifier.train_classifier
    monkeypatch.setattr(
        classifier,
        "train_classifier",
        lambda images, *rest, **more: learnt.append(images.numpy()) or train(images, *rest, **more),
    )
    features.compute_features("digits", config.load_params())
    assert len(learnt) == 3 and all(np.array_equal(images, expected) for images in learnt)


def test_networks_of_losses_and_of_scores_have_different_weights(prepared):
    device, settings = torch.device("cpu"), config.load_params().features
    (prepared / "features/digits").mkdir(parents=True)
    for name in ("classifier", "content"):
        features.train_and_pin_classifier("digits", device, settings, name)
    paths = [classifier.pinned_path("digits", name) for name in ("classifier", "content")]
    first, second = map(load_file, paths)
    assert all(
        not torch.equal(first[key], second[key]) for key in ("body.0.weight", "head.1.weight")
    )


def test_stage_trains_classifiers_with_other_seeds(prepared):
    features.compute_features("digits", config.load_params())
    networks = [
        classifier.pinned_path("digits", name) for name in ("classifier", *classifier.FURTHER)
    ]
    assert len({sha256(file) for file in networks}) == 3
    settings = config.load_params().tracks["images"].metrics
    train, test = (load_array("digits", split, "images") for split in ("train", "test"))
    scores = Scorer("digits", settings).scores(test)
    for name in classifier.FURTHER:
        extractor = classifier.ClassifierExtractor.load("digits", name=name)
        embedded = [extractor.embed(images)[0] for images in (train, test)]
        assert scores[f"{name}_fid"] == pytest.approx(frechet_distance(*embedded), rel=1e-9)
    validation = load_array("digits", "validation", "images")
    assert "classifier_2_fid" not in Scorer("digits", settings, part="validation").scores(
        validation
    )


def test_other_spaces_have_no_further_classifiers(prepared, dinov2_weights, monkeypatch):
    choose("dinov2")
    monkeypatch.setenv("DINOV2_WEIGHTS", str(dinov2_weights))
    features.compute_features("digits", config.load_params())
    assert not any(classifier.pinned_path("digits", name).is_file() for name in classifier.FURTHER)


def test_other_weights_than_those_of_the_stage_are_an_error(
    prepared, dinov2_weights, monkeypatch, tmp_path, capsys
):
    choose("dinov2")
    monkeypatch.setenv("DINOV2_WEIGHTS", str(dinov2_weights))
    features.compute_features("digits", config.load_params())
    other = tmp_path / "other.pth"
    torch.save(dinov2.VisionTransformer(width=64, depth=1, grid=2).state_dict(), other)
    monkeypatch.setenv("DINOV2_WEIGHTS", str(other))
    assert "expected the weights that the real images of digits were embedded by" in error_line(
        capsys, lambda: features.load_pinned_extractor("digits")
    )


def test_missing_and_damaged_data_are_reported_before_training(prepared, monkeypatch, capsys):
    monkeypatch.setattr(features, "train_and_pin_classifier", pytest.fail)
    file = Path("data/digits/test/images.npy")
    file.write_bytes(file.read_bytes()[:-9])
    line = error_line(capsys, lambda: features.compute_features("digits", config.load_params()))
    assert line.startswith(f"{file}: expected an array of NumPy, got a damaged file (")
    assert line.endswith("; delete it and run gan-benchmark prepare digits")
    shutil.rmtree(file.parent)
    line = error_line(capsys, lambda: features.compute_features("digits", config.load_params()))
    assert line.startswith(f"{file.parent}: expected a folder, got none; run")


def test_reports_a_missing_stage(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = error_line(capsys, lambda: features.load_pinned_extractor("digits"))
    assert line.endswith("run gan-benchmark features digits first")
    message = error_line(capsys, lambda: extractors.load("classifier", dataset="digits"))
    assert "run make repro" in message


def test_reports_weights_of_another_classifier(prepared, tmp_path, capsys):
    features.compute_features("digits", config.load_params())
    from safetensors.torch import save_file

    other = tmp_path / "other.safetensors"
    save_file(classifier.Classifier((3, 8, 8), 10).state_dict(), other)
    message = error_line(
        capsys, lambda: extractors.load("classifier", dataset="digits", weights=other)
    )
    assert str(other) in message and "expected weights of digits" in message
