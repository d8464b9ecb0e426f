"""Stages on image folders, from preparation to scores."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark import config, tracks
from benchmark.data.batches import make_batches
from benchmark.data.pixels import to_bytes
from benchmark.data.splits import is_paired
from benchmark.evaluation import evaluate
from benchmark.features import extractors
from benchmark.features.extractors import classifier
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.params import read_params, write_params
from tests.benchmark.data.sources.images import (
    list_greys,
    save_image,
    save_images,
)
from tests.command import run_command


class Means:
    """A feature space that needs no weights: means of the quarters of an image."""

    name, features = "inception", 12

    def __init__(self, file):
        self.file = file

    def embed(self, images):
        means = torch.from_numpy(images).double()
        return torch.nn.functional.adaptive_avg_pool2d(means, 2).flatten(1).numpy(), None

    def describe_preprocessing(self, shape):
        return []


def pick(monkeypatch, root, *, paired):
    """params.yaml with a data set ``mine`` alone, a feature space, and the folder of the data."""
    monkeypatch.chdir(root)
    (root / ".checkpoints").mkdir()
    tree = read_params()
    del tree["toy"]
    track = tree["translation"]
    block = {"path": "photos", "paired": paired, "side": 16}
    track["datasets"] = {
        "mine": {
            "samples_seen": 96,
            "networks": {"width": 4},
            "feature_space": "inception",
            "folder": block,
        }
    }
    track["seeds"] = [0]
    track["training"] |= {"logs": 4, "snapshots": 2, "snapshot_samples": 6}
    kept = ("unet", "cyclegan") if paired else ("cyclegan",)
    track["variants"] = {name: track["variants"][name] for name in kept}
    tree["search"].pop("budget", None)
    write_params(tree, root)
    (root / "weights").write_bytes(b"none")
    load = extractors.load

    def load_means(name, **keywords):
        return Means(root / "weights") if name == "inception" else load(name, **keywords)

    monkeypatch.setattr(extractors, "load", load_means)


@pytest.mark.parametrize("paired", [True, False])
def test_from_a_folder_to_the_scores(tmp_path, monkeypatch, paired):
    pick(monkeypatch, tmp_path, paired=paired)
    for name, count in (("A", 50), ("B", 50 if paired else 70)):
        generator = np.random.default_rng(count)
        for number in range(count):
            pixels = generator.integers(0, 256, (24, 20, 3), dtype=np.uint8)
            save_image(Image.fromarray(pixels), tmp_path / f"photos/{name}/{number}.png")
    run_command("prepare", "mine")
    run_command("features", "mine")
    assert json.loads((tmp_path / "features/mine.json").read_text()) == {}
    assert classifier.pinned_path("mine").is_file()
    assert is_paired("mine") == paired
    run_command("references", "mine")
    rows = json.loads((tmp_path / "references/mine.json").read_text())
    assert set(rows) == {"held_out", "identity", "memoriser", "noise"}

    settings = config.load_params()
    for run in settings.runs:
        if run.track != "translation":
            continue
        train.train(run, settings)
        delete_checkpoint(run.name)
        evaluate.evaluate(run, settings)
        scores = json.loads(run.metrics.read_text())
        assert (
            {"fid", "kid", "recall"}
            <= set(scores)
            <= set(tracks.load("translation").metric_directions())
        )
        assert ({"l1", "psnr", "ssim"} <= set(scores)) == paired
        assert not {"perceptual", "modes", "class_accuracy", "output_diversity"} & set(scores)
        facts = json.loads((run.scored / "evaluation.json").read_text())
        assert facts["samples"] == 5  # one of each image that is given, held out
        with Image.open(run.scored / "samples.png") as picture:
            assert picture.size == (16 * 16, (3 if paired else 2) * 16)


def test_unpaired_batches_cover_all_images(undivided, tmp_path, monkeypatch):
    pick(monkeypatch, tmp_path, paired=False)
    save_images(tmp_path / "photos/A", list_greys(40))
    save_images(tmp_path / "photos/B", list_greys(60, 100))
    run_command("prepare", "mine")
    cpu = torch.device("cpu")
    batches = make_batches("mine", 6, 0, cpu, condition_key="condition", paired=False)
    seen, condition = set(), set()
    for _ in range(30):
        images, others = (to_bytes(part)[:, 0, 0, 0].tolist() for part in next(batches))
        seen, condition = seen | set(images), condition | set(others)
    assert (len(seen), len(condition)) == (54, 36) and min(seen) >= 100 > max(condition)
    with pytest.raises(ValueError, match=r"mine: expected pairs, .* got unpaired images"):
        make_batches("mine", 6, 0, cpu, condition_key="condition")


def test_batches_keep_pairs_together(tmp_path, monkeypatch):
    pick(monkeypatch, tmp_path, paired=True)
    save_images(tmp_path / "photos/A", list_greys(40))
    save_images(tmp_path / "photos/B", list_greys(40, 100))
    run_command("prepare", "mine")
    batches = make_batches("mine", 6, 0, torch.device("cpu"), condition_key="condition")
    for _ in range(10):
        images, others = next(batches)
        assert torch.equal(to_bytes(images) - 100, to_bytes(others))


def test_reports_too_few_images_before_training(undivided, tmp_path, monkeypatch, capsys):
    pick(monkeypatch, tmp_path, paired=True)
    save_images(tmp_path / "photos/A", list_greys(10))
    save_images(tmp_path / "photos/B", list_greys(10))
    with pytest.raises(SystemExit):
        run_command("prepare", "mine")
    expected = (
        "params.yaml: translation.datasets.mine: expected 16 images or more to train on, as"
        " batches and metrics need, got 9; add images, or lower these"
    )
    assert capsys.readouterr().err.splitlines() == [expected]
    assert not (tmp_path / "data").exists()
