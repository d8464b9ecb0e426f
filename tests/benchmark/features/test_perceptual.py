"""Published networks in losses and in metrics, from params.yaml to the scores."""

import json
import re

import pytest

from benchmark import config, tracks
from benchmark.common.hashing import sha256
from benchmark.config import Run
from benchmark.data.splits import list_arrays, load_array, save_split
from benchmark.evaluation import evaluate
from benchmark.pipeline import recipes
from benchmark.tracks.translation.page import METRICS
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.params import read_params, write_params
from tests.benchmark.data.sources.images import save_image
from tests.benchmark.data.sources.photographs import add_photographs, make_photograph
from tests.command import error_line, run_command


@pytest.fixture
def track(offline):
    """Prepare a track of photographs in folders with both GANs, its data and its features."""
    tree = read_params()
    for name in ("images", "toy", "translation", "multimodal", "domains"):
        del tree[name]
    block = tree["superresolution"]
    block["datasets"].clear()
    add_photographs(tree, patches=60, side=32)
    block["datasets"]["mine"].pop("images", None)
    block["datasets"]["mine"]["samples_seen"] = 12
    block["seeds"] = [0]
    block["training"] |= {"batch": 2, "logs": 2, "snapshots": 1, "snapshot_samples": 4}
    model = {"blocks": 1, "width": 4, "pretraining": 0.4}
    block["variants"] = {
        name: {"kind": "faithful", "lr": 1e-3, "model": dict(model)} for name in ("srgan", "esrgan")
    }
    block["variants"]["srresnet"] = {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}}
    tree["search"] = {}
    tree["features"]["epochs"] = 1
    for number in range(3):
        save_image(make_photograph(67, 90, seed=number), offline / f"sharp/{number}.png")
    save_image(make_photograph(75, 99, seed=7), offline / "held/a.png")
    write_params(tree, offline)
    run_command("prepare", "mine")
    run_command("features", "mine")
    return tree


def trained(variant):
    settings = config.load_params()
    run = Run("superresolution", "mine", variant, 0)
    train.train(run, settings)
    delete_checkpoint(run.name)
    return run, json.loads((run.trained / "training.json").read_text())


def test_losses_use_the_network_of_params(track, offline, vgg19, monkeypatch, capsys):
    written = {}
    run, record = trained("srgan")
    assert record["perceptual"] == {
        "network": "classifier",
        "weights": sha256(offline / "features/mine/content.safetensors"),
    }
    written["classifier"] = run.losses.read_bytes()
    recipe = recipes.FOLDER / "train/mine-srgan.json"
    before = json.loads(recipes.render_recipes(config.load_params())[recipe])
    assert "perceptual" not in before["settings"]["dataset"]

    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write_params(track, offline)
    for name in ("srgan", "esrgan"):
        message = error_line(capsys, lambda name=name: trained(name))
        assert message.startswith("network vgg19: expected a download, got none")
    assert "perceptual" not in trained("srresnet")[1], "srresnet needs no network"
    monkeypatch.setenv("VGG19_WEIGHTS", str(vgg19[0]))
    for name in ("srgan", "esrgan"):
        run, record = trained(name)
        assert record["perceptual"] == {"network": "vgg19", "weights": sha256(vgg19[0])}
        assert record["status"] == "ok"
        written[name] = run.losses.read_bytes()
    assert b"content" in written["srgan"] and written["srgan"] != written["classifier"]
    assert b"perceptual" in written["esrgan"]
    after = json.loads(recipes.render_recipes(config.load_params())[recipe])
    assert after["settings"]["dataset"]["perceptual"] == "vgg19"
    modules = {"benchmark.features.perceptual", "benchmark.features.extractors.imagenet"}
    assert modules <= set(after["code"]) and before["code"] == after["code"]


def test_reports_images_too_small_for_vgg19(track, offline, capsys):
    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write_params(track, offline)
    for split in ("train", "validation", "test"):
        arrays = {name: load_array("mine", split, name) for name in list_arrays("mine", split)}
        small = {
            "images": arrays["images"][..., :8, :8],
            "condition": arrays["condition"][..., :4, :4],
        }
        save_split("mine", split, arrays | small)
    message = error_line(capsys, lambda: trained("srgan"))
    assert message.startswith("mine: expected images of at least 16x16 pixels for VGG-19, got 8x8")


def test_lpips_is_scored_if_params_ask_for_it(track, offline, alexnet, monkeypatch, capsys):
    run_command("references", "mine")
    rows = json.loads((offline / "references/mine.json").read_text())
    assert not any("lpips" in scores for seeds in rows.values() for scores in seeds.values())
    run, _ = trained("srresnet")

    track["superresolution"]["metrics"] = {"lpips": "alex"}
    write_params(track, offline)
    settings = config.load_params()
    message = error_line(capsys, lambda: evaluate.evaluate(run, settings))
    assert message.startswith("network alexnet: expected a download, got none")
    monkeypatch.setenv("ALEXNET_WEIGHTS", str(alexnet[0]))
    evaluate.evaluate(run, settings)
    assert json.loads(run.metrics.read_text())["lpips"] > 0
    facts = json.loads((run.scored / "evaluation.json").read_text())
    assert facts["lpips"] == sha256(alexnet[0])
    run_command("references", "mine")
    rows = json.loads((offline / "references/mine.json").read_text())
    assert rows["held_out"]["0"]["lpips"] == 0 < rows["bicubic"]["0"]["lpips"]
    for name in ("translation", "domains", "superresolution"):
        assert tracks.load(name).higher_is_better["lpips"] is False
    assert METRICS["lpips"].title == "LPIPS"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda t: t["superresolution"].update(metrics={"lpips": "alexnet"}),
            r'superresolution.metrics.lpips: expected alex or vgg, got "alexnet"; .* alex\?',
        ),
        (
            lambda t: t["images"].update(metrics={"lpips": "alex"}),
            r"images.metrics.lpips: expected a key .*, got lpips; there are: samples, .*",
        ),
        (
            lambda t: t["translation"]["datasets"]["outline"].update(perceptual="vgg"),
            r'translation.datasets.outline.perceptual: expected .* or vgg19, got "vgg"; .* vgg19\?',
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(perceptual="vgg19"),
            r"images.datasets.digits.perceptual: expected a key .*, got perceptual; there are:"
            r" updates, samples_seen, .*",
        ),
    ],
)
def test_reports_errors_in_params(tmp_path, capsys, change, expected):
    tree = read_params()
    change(tree)
    path = write_params(tree, tmp_path)
    message = error_line(capsys, lambda: config.load_params(path))
    assert re.fullmatch(expected, message.removeprefix(f"{path}: "))


def test_a_folder_without_classes_needs_a_published_network(tmp_path, capsys):
    def settings(**keywords):
        tree = read_params()
        block = {"samples_seen": 64, "networks": {}, "feature_space": "inception"} | keywords
        block["folder"] = {"path": "a", "paired": True}
        tree["translation"]["datasets"] = {"photos": block}
        entry = {"kind": "faithful", "lr": 1e-3}
        tree["translation"]["variants"] = {"srgan": entry}
        return lambda: config.load_params(write_params(tree, tmp_path))

    message = error_line(capsys, settings())
    assert (
        "srgan: expected a network that compares images" in message
        and "perceptual: vgg19" in message
    )
    # with a network, srgan still does not fit: its outputs are larger than its inputs
    message = error_line(capsys, settings(perceptual="vgg19"))
    assert "expected the size of (3, 64, 64) doubled once or twice" in message
