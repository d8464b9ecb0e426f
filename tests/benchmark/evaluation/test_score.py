"""benchmark.evaluation.score: what it takes, what it says, and where it stops."""

import json

import numpy as np
import pytest
import torch
from torch_fidelity.metric_isc import isc_features_to_metric

from benchmark import config
from benchmark.common import progress
from benchmark.evaluation.score import BATCH, choose_batch
from benchmark.features import extractors
from benchmark.features.extractors import classifier, embed_batches
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.likelihood_divergence import likelihood_divergence
from benchmark.tracks.images.scoring import Scorer
from tests.benchmark.evaluation.image_files import GENERATOR, make_images, save_folder


def test_score_equals_the_scores_of_the_track(digits_folder, run_score):
    images = make_images(70, 1, 8, 8)
    np.savez("samples.npz", images=images)
    expected = Scorer("digits", config.Metrics(neighbours=3, splits=1)).scores(images)
    held_out = ("--held-out", "digits:test")
    report = json.loads(run_score("digits", "samples.npz", *held_out, "--json")[0])
    # which class an image is of is asked of a track's own classifier, not of any space
    others = {name for name in expected if name.startswith("random_")} | {"pooled_fid"}
    assert {"modes", "label_divergence"} | others == expected.keys() - report["scores"].keys()
    assert report["scores"] == pytest.approx({name: expected[name] for name in report["scores"]})
    assert report["feature_space"] == "classifier" and report["features"] == 64
    assert report["real"] == {"name": "digits:train", "count": 90, "shape": [1, 8, 8]}
    assert report["held_out"] == {"name": "digits:test", "count": 80, "shape": [1, 8, 8]}
    assert report["warnings"] == [] and report["notes"] == []


def test_the_likelihood_needs_held_out_samples(digits_folder, run_score):
    real, test, generated = GENERATOR.normal(size=(3, 60, 5))
    for name, samples in (("real", real), ("test", test), ("generated", generated)):
        np.save(f"{name}.npy", samples)
    pair = ("real.npy", "generated.npy")
    without = json.loads(run_score(*pair, "--json")[0])
    assert "fld" not in without["scores"] and without["held_out"] is None
    report = json.loads(run_score(*pair, "--json", "--held-out", "test.npy")[0])
    assert report["scores"].pop("fld") == pytest.approx(
        likelihood_divergence(real, test, generated)
    )
    assert report["scores"] == without["scores"]
    assert (
        "held out   test.npy: 60 vectors of 5 features"
        in run_score(*pair, "--held-out", "test.npy")[0]
    )


def test_prints_a_table_of_scores(digits_folder, run_score):
    out, err = run_score("digits:test", "digits")
    assert "fid" in out and "precision" in out and "lower" in out
    assert "real       digits:test: 80 images of 8x8x1" in out
    assert "space      classifier, 64 features; k = 3" in out and err == ""


def test_every_form_of_the_same_images_scores_the_same(digits_folder, run_score):
    images = make_images(80, 1, 8, 8)
    save_folder(digits_folder / "folder", images)
    np.save("bytes.npy", images[:, 0])
    np.save("last.npy", images.transpose(0, 2, 3, 1))
    np.savez("first.npz", whatever=images)
    np.savez("two.npz", labels=np.zeros(80), images=images)
    np.save("unit.npy", (images / 255).astype(np.float32))
    np.save("signed.npy", (images / 127.5 - 1).astype(np.float32))
    np.save("whole.npy", images.astype(np.float64))
    reports = [
        json.loads(run_score("digits", name, "--json")[0])
        for name in ("folder", "bytes.npy", "last.npy", "first.npz", "two.npz", "unit.npy",
                     "signed.npy", "whole.npy")
    ]  # fmt: skip
    for report in reports:
        assert report["scores"] == reports[0]["scores"], report["generated"]
    assert "floats in [0, 1] rounded to 256 levels" in reports[5]["notes"][0]
    assert "floats in [-1, 1] rounded to 256 levels" in reports[6]["notes"][0]


def test_scores_given_features(digits_folder, run_score):
    real, generated = GENERATOR.normal(size=(60, 5)), GENERATOR.normal(size=(50, 5)) + 1
    np.save("real.npy", real)
    np.savez("generated.npz", features=generated.astype(np.float32), labels=np.arange(50))
    report = json.loads(run_score("real.npy", "generated.npz", "--json")[0])
    assert report["scores"]["fid"] == pytest.approx(frechet_distance(real, generated), rel=1e-5)
    assert "is" not in report["scores"] and report["feature_space"] == "given features"
    assert any("no Inception Score" in note for note in report["notes"])


def test_uses_stored_embeddings_of_a_data_set(digits_folder, run_score, monkeypatch):
    embedded = []
    monkeypatch.setattr(
        extractors, "embed_batches", lambda *args, **options: embedded.append(options["title"])
    )
    run_score("digits", "digits:test")
    assert embedded == []


def test_embeds_again_with_other_weights(digits_folder, run_score):
    from safetensors.torch import save_file

    save_file(
        classifier.Classifier((1, 8, 8), 10).state_dict(), digits_folder / "other.safetensors"
    )
    stored = json.loads(run_score("digits", "digits:test", "--json")[0])
    other = json.loads(
        run_score("digits", "digits:test", "--json", "--weights", "other.safetensors")[0]
    )
    assert other["scores"]["fid"] != stored["scores"]["fid"]
    assert other["weights"]["sha256"] != stored["weights"]["sha256"]


def test_scores_in_another_feature_space(digits_folder, run_score, dinov2_weights):
    save_folder(digits_folder / "grey", make_images(80, 1, 10, 10))
    space = ("--space", "dinov2", "--weights", dinov2_weights)
    report = json.loads(run_score("digits:test", "grey", *space, "--json")[0])
    assert report["feature_space"] == "dinov2" and report["features"] == 64
    assert "digits:test: one channel repeated to three" in report["notes"]
    (warning,) = report["warnings"]
    assert "real images are 8x8, generated ones 10x10" in warning


def test_resizes_images_for_a_classifier(digits_folder, run_score):
    np.save("large.npy", make_images(80, 16, 16))
    np.save("large_too.npy", make_images(80, 16, 16))
    report = json.loads(
        run_score("large.npy", "large_too.npy", "--space", "classifier:digits", "--json")[0]
    )
    assert any("16x16 resized to 8x8 (bicubic, antialiased" in note for note in report["notes"])


def test_warns_of_bias_with_too_few_images(digits_folder, run_score):
    np.save("ten.npy", make_images(10, 8, 8))
    out, err = run_score("digits", "ten.npy")
    (line,) = err.splitlines()
    assert line.startswith("WARNING: 10 samples for 64 features") and "biased upward" in line
    assert "at least 65 of each are needed" in line and "on every second sample" in line
    assert "fid" in out
    assert json.loads(run_score("digits", "ten.npy", "--json")[0])["warnings"] == [line[9:]]


def test_embeds_one_batch_at_a_time_and_reports_progress(digits_folder, monkeypatch, capsys):
    """Nothing reads ahead, and without a terminal progress is plain lines on stderr."""
    monkeypatch.setattr(progress, "PLAIN_SECONDS", -1)
    space = extractors.load("classifier", dataset="digits")
    asked = []

    def batches():
        for index in range(3):
            asked.append(index)
            yield make_images(4, 1, 8, 8)

    def embed(images, own=space.embed):
        done.append(len(asked))
        return own(images)

    done = []
    monkeypatch.setattr(space, "embed", embed)
    embedded, probabilities = embed_batches(space, batches(), total=12, title="some:train: in it")
    assert done == [1, 2, 3] and embedded.shape == (12, 64) and probabilities.shape == (12, 10)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("some:train: in it: image 4 of 12, ") and len(lines) == 3


def test_inception_score_is_of_shuffled_parts(digits_folder, run_score):
    images = make_images(80, 1, 8, 8)
    np.save("images.npy", images)
    report = json.loads(run_score("digits", "images.npy", "--json", "--splits", "4")[0])
    _, probabilities = extractors.load("classifier", dataset="digits").embed(images)
    expected = isc_features_to_metric(torch.from_numpy(probabilities).log(), splits=4)
    assert report["scores"]["is"] == pytest.approx(expected["inception_score_mean"], rel=1e-6)


def test_values_that_are_not_defined_are_left_out(digits_folder, run_score):
    real = GENERATOR.normal(size=(40, 5))
    generated = real.copy()
    generated[:36] = real[0]  # distances of 0 to a real sample, and to each other
    np.save("real.npy", real)
    np.save("generated.npy", generated)
    for pair in (("real.npy", "generated.npy"), ("generated.npy", "real.npy")):
        text = run_score(*pair, "--json")[0]
        report = json.loads(text, parse_constant=lambda name: pytest.fail(name))
        left_out = {note.split(":")[0] for note in report["notes"] if "not defined" in note}
        assert "fid" in report["scores"] and not left_out & report["scores"].keys()


def test_large_images_are_embedded_a_few_at_a_time():
    assert choose_batch((1, 8, 8)) == choose_batch((3, 256, 256)) == BATCH
    assert choose_batch((3, 4000, 3000)) == 1
