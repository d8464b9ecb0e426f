"""Image translation through the stages: batches, snapshots, scores and reference rows."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from benchmark import config, tracks
from benchmark.data.parts import divide, save_parts, select
from benchmark.data.pixels import match_channels, to_bytes
from benchmark.data.sources.translation import make_outline
from benchmark.data.splits import load_array, load_condition, load_split
from benchmark.evaluation import evaluate
from benchmark.features import features
from benchmark.features.extractors import classifier
from benchmark.tracks.translation import scoring as translation_scoring
from benchmark.training import train, weights
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.training.interrupted import check_resumed_bytes

VARIANTS = ("unet", "pix2pix", "cyclegan")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Outlines and digits, a classifier that knows little of these, and both in its space."""
    root = tmp_path_factory.mktemp("outline")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        (root / ".checkpoints").mkdir()
        train, test = make_outline()
        first = select(test, np.arange(240), np.arange(240))
        save_parts("outline", divide((train, first), trains_extractor=False))
        images, labels = map(torch.from_numpy, load_split("outline", "train"))
        settings = config.Features(seed=0, epochs=2, batch=64, lr=1e-3)
        network = classifier.train_classifier(images, labels, settings)
        (root / "features/outline").mkdir(parents=True)
        save_file(network.state_dict(), classifier.pinned_path("outline"))
        features.embed_real_images("outline", classifier.ClassifierExtractor.load("outline"))
        features.embed_in_random_space("outline")
    return root


@pytest.fixture(autouse=True)
def workplace(made, monkeypatch):
    monkeypatch.chdir(made)


@pytest.fixture
def settings():
    training = {"batch": 16, "logs": 6, "snapshots": 3, "snapshot_samples": 20}
    track = {
        "seeds": [0],
        "training": training | {"threads": 1},
        "metrics": {"neighbours": 3, "splits": 1},
    }
    entries = {name: {"kind": "controlled", "lr": 1e-3} for name in VARIANTS}
    entries["cyclegan"]["model"] = {"blocks": 1}
    return config.parse_params(
        {
            "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
            "images": track
            | {
                "datasets": {"digits": {"samples_seen": 64, "networks": {}}},
                "variants": {"dcgan": {"kind": "controlled", "lr": 1e-3}},
            },
            "translation": track
            | {
                "datasets": {"outline": {"samples_seen": 192, "networks": {"width": 4}}},
                "variants": entries,
            },
        }
    )


def find_run(settings, variant):
    return next(run for run in settings.runs if run.variant == variant)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_killed_run_resumes_to_the_same_bytes(settings, variant):
    run = find_run(settings, variant)
    check_resumed_bytes(run, settings, at=112)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_is_scored_against_the_ground_truth(settings, variant):
    run = find_run(settings, variant)
    train.train(run, settings)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, settings)
    scores = json.loads(run.metrics.read_text())
    known = {"fid", "kid", "perceptual", "l1", "psnr", "ssim", "class_accuracy"}
    assert known <= set(scores) <= set(tracks.load("translation").metric_directions())
    assert ("reconstruction_error" in scores) == (variant == "cyclegan")
    # without noise, the output for an image is always the same
    assert (scores["output_diversity"] > 0) == (variant == "pix2pix")
    made, _ = evaluate.draw(
        weights.load(run.trained / "weights.safetensors"),
        240,
        seed=0,
        conditions=load_condition("outline", "test"),
    )
    truth, _ = load_split("outline", "test")
    assert scores["l1"] == pytest.approx(np.abs(made / 255.0 - truth / 255.0).mean())
    with np.load(run.trained / "snapshots.npz") as file:
        assert file["images"].shape == (3, 20, 1, 16, 16)


def test_only_paired_variants_get_matching_pairs(settings):
    truth, condition = (load_array("outline", "train", name) for name in ("images", "condition"))
    place = {image.tobytes(): index for index, image in enumerate(truth)}
    source = {image.tobytes(): index for index, image in enumerate(condition)}
    for variant in VARIANTS:
        trainer = train.build_trainer(find_run(settings, variant), settings, torch.device("cpu"))
        images, sources = (to_bytes(part).numpy() for part in next(trainer.batches))
        places = [place[image.tobytes()] for image in images]
        others = [source[image.tobytes()] for image in sources]
        if variant == "cyclegan":
            assert places != others
        else:
            assert places == others


def test_a_snapshot_is_made_of_held_out_images(settings):
    trainer = train.build_trainer(find_run(settings, "unet"), settings, torch.device("cpu"))
    seen = []
    trainer.averaged.sample = lambda n, condition: (
        seen.append(condition) or torch.zeros(n, 1, 16, 16)
    )
    trainer.take_snapshot(7)
    assert np.array_equal(to_bytes(seen[0]).numpy(), load_condition("outline", "test")[:7])


def test_learning_rates_follow_the_lr_scale_of_the_variant(settings):
    trainer = train.build_trainer(find_run(settings, "cyclegan"), settings, torch.device("cpu"))
    for progress, share in ((0.0, 1), (0.5, 1), (0.75, 0.5), (0.9, 0.2)):
        trainer.step(progress)
        for optimizer in trainer.optimizers.values():
            assert optimizer.param_groups[0]["lr"] == pytest.approx(1e-3 * share)


def test_reference_rows_are_what_they_are_called(settings):
    scorer = translation_scoring.Scorer("outline", settings.tracks["translation"].metrics)
    rows = {
        name: scorer.scores(*source("outline", 0))
        for name, source in tracks.load("translation").reference_rows("outline").items()
    }
    assert rows["held_out"]["perceptual"] == rows["held_out"]["l1"] == 0
    assert rows["held_out"]["ssim"] == pytest.approx(1) and "psnr" not in rows["held_out"]
    for metric in ("l1", "perceptual"):
        assert all(rows[name][metric] > 0 for name in ("identity", "memoriser", "noise"))
    # a training image is as good as can be, but not what was asked for
    assert rows["memoriser"]["fid"] < rows["identity"]["fid"]
    assert rows["memoriser"]["class_accuracy"] < rows["held_out"]["class_accuracy"]
    tracks.load("translation").save_samples(scorer.truth, scorer, Path("rows"))
    with Image.open("rows.png") as picture:
        assert picture.size == (16 * 16, 3 * 16)


@pytest.mark.parametrize(("own", "expected"), [(1, 3), (3, 1), (3, 3)])
def test_channels_are_repeated_or_averaged(own, expected):
    images = np.random.default_rng(0).integers(0, 256, (2, own, 4, 4), dtype=np.uint8)
    shown = match_channels(images, expected)
    assert shown.shape == (2, expected, 4, 4) and shown.dtype == np.uint8
    assert np.abs(shown.mean(axis=1) - images.mean(axis=1)).max() <= 0.5


def test_channels_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match="expected images of 1 or 3 channels, got 2"):
        match_channels(np.zeros((1, 2, 4, 4), np.uint8), 3)


def test_validation_is_scored_on_its_pairs(settings):
    track = settings.tracks["translation"]
    scorer = tracks.load("translation").scorer("outline", track, "validation")
    truth, labels = load_split("outline", "validation")
    assert np.array_equal(scorer.truth, truth) and np.array_equal(scorer.labels_of_truth, labels)
    assert np.array_equal(scorer.condition, load_condition("outline", "validation"))
    published = tracks.load("translation").scorer("outline", track)
    assert np.array_equal(published.truth, load_split("outline", "test")[0])
