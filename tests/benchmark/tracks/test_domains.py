"""Images of several domains through the stages, and their metrics."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from benchmark import config, tracks
from benchmark.data import prepare
from benchmark.data.pixels import to_bytes, to_unit
from benchmark.data.splits import load_condition, load_split
from benchmark.evaluation import evaluate
from benchmark.features import features
from benchmark.features.extractors import classifier
from benchmark.tracks.domains import scoring as domains_scoring
from benchmark.training import train, weights
from benchmark.training.checkpoints import delete_checkpoint

SETTINGS = config.parse_params(
    {
        "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
        "domains": {
            "seeds": [0],
            "datasets": {"renderings": {"samples_seen": 192, "networks": {"width": 4}}},
            "training": {
                "batch": 16,
                "logs": 2,
                "snapshots": 1,
                "snapshot_samples": 20,
                "threads": 1,
            },
            "metrics": {},
            "variants": {
                "unet": {"kind": "controlled", "lr": 1e-3},
                "stargan": {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}},
            },
        },
    }
)


@pytest.fixture(scope="module", autouse=True)
def workplace(tmp_path_factory):
    """The data set, and a classifier that knows little of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root := tmp_path_factory.mktemp("renderings"))
        (root / ".checkpoints").mkdir()
        (root / "features/renderings").mkdir(parents=True)
        prepare.prepare("renderings", SETTINGS)
        images, labels = map(torch.from_numpy, load_split("renderings", "train"))
        network = classifier.train_classifier(images, labels, SETTINGS.features)
        save_file(network.state_dict(), classifier.pinned_path("renderings"))
        features.embed_real_images("renderings", classifier.ClassifierExtractor.load("renderings"))
        features.embed_in_random_space("renderings")
        yield root


@pytest.mark.parametrize("variant", SETTINGS.tracks["domains"].variants)
def test_a_run_is_trained_and_scored(variant):
    (run,) = (run for run in SETTINGS.runs if run.variant == variant)
    train.train(run, SETTINGS)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, SETTINGS)
    scores = json.loads(run.metrics.read_text())
    known = {"fid", "perceptual", "psnr", "class_accuracy", "domain_accuracy"}
    assert known <= set(scores) <= set(tracks.load("domains").metric_directions())
    assert ("reconstruction_error" in scores) == (variant == "stargan")
    if variant == "stargan":
        trained = weights.load(run.trained / "weights.safetensors")
        condition = torch.from_numpy(load_condition("renderings", "test"))
        with torch.no_grad():
            back = to_bytes(trained.reconstruct(to_unit(condition)))
        error = (to_unit(back) - to_unit(condition[:, :3])).square().mean().sqrt()
        assert scores["reconstruction_error"] == pytest.approx(error.item())
        with np.load(run.scored / "reconstructions.npz") as file:
            assert file["images"].shape == file["reconstructions"].shape == (16, 3, 16, 16)


def test_reference_rows_are_what_they_are_called():
    scorer = domains_scoring.Scorer("renderings", SETTINGS.tracks["domains"].metrics)
    drawn = {
        name: row("renderings", 0)
        for name, row in tracks.load("domains").reference_rows("renderings").items()
    }
    condition = load_condition("renderings", "test")
    assert np.array_equal(drawn["identity"][0], condition[:, :3])
    rows = {name: scorer.scores(*images) for name, images in drawn.items()}
    assert rows["held_out"]["domain_accuracy"] == 1 and rows["held_out"]["l1"] == 0
    assert rows["identity"]["domain_accuracy"] == 0 < rows["identity"]["l1"]
    distance = scorer.headline(drawn["identity"][0])
    assert distance > 0 and rows["identity"]["perceptual"] == pytest.approx(distance)
    assert 0.1 < rows["memoriser"]["domain_accuracy"] < 0.5


def test_a_picture_shows_every_domain_that_is_wanted():
    scorer = domains_scoring.Scorer("renderings", SETTINGS.tracks["domains"].metrics)
    tracks.load("domains").save_samples(scorer.truth, scorer, Path("rows"))
    picture = np.asarray(Image.open("rows.png"))
    assert picture.shape == (3 * 16, 16 * 16, 3)
    condition, made, truth = picture.reshape(3, 16, 16, 16, 3).transpose(0, 2, 4, 1, 3)
    assert np.array_equal(made, truth)
    places = [np.abs(scorer.truth.astype(int) - own).sum(axis=(1, 2, 3)).argmin() for own in truth]
    assert scorer.domains[places].tolist() == [0, 1, 2, 3] * 4
    assert np.array_equal(condition, scorer.condition[places, :3])


def test_domain_accuracy_by_hand():
    """Of three images one is in another domain than was wanted."""
    rendered = np.zeros((2, 3, 1, 2, 2), np.uint8)
    rendered[1] = 255
    images = np.stack([np.full((1, 2, 2), level, np.uint8) for level in (255, 255, 120)])
    assert domains_scoring.domain_accuracy(np.array([1, 0, 0]), rendered, images) == pytest.approx(
        2 / 3
    )


def test_images_and_domains_that_do_not_fit_are_an_error():
    rendered, images = np.zeros((2, 3, 1, 2, 2), np.uint8), np.zeros((3, 1, 2, 2), np.uint8)
    with pytest.raises(ValueError, match="expected 2 images of shape"):
        domains_scoring.domain_accuracy(np.array([1, 0]), rendered, images)
