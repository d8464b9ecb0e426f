"""Stages on photograph folders, from preparation to scores."""

import json

import pytest

from benchmark import config, tracks
from benchmark.data.splits import load_condition
from benchmark.evaluation import evaluate
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.params import read_params, write_params
from tests.benchmark.data.sources.images import save_image
from tests.benchmark.data.sources.photographs import add_photographs, make_photograph
from tests.command import run_command


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """params.yaml with one data set of folders and one variant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    tree = read_params()
    for track in set(tree) - {"features", "search", "superresolution"}:
        del tree[track]
    track = tree["superresolution"]
    track["datasets"].clear()
    add_photographs(tree, patches=120)
    track["seeds"] = [0]
    track["training"] |= {"logs": 4, "snapshots": 2, "snapshot_samples": 6}
    track["variants"] = {"srresnet": {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}}}
    tree["search"] = {}
    tree["features"]["epochs"] = 1
    write_params(tree, tmp_path)
    for number in range(3):
        save_image(make_photograph(67, 90, seed=number), tmp_path / f"sharp/{number}.png")
    save_image(make_photograph(75, 99, seed=7).convert("L"), tmp_path / "held/a.png")
    return config.load_params()


def test_from_folders_to_the_scores(tmp_path, settings):
    run_command("prepare", "mine")
    run_command("features", "mine")
    assert "accuracy" in json.loads((tmp_path / "features/mine.json").read_text())
    assert load_condition("mine", "test").shape == (12, 3, 12, 12)
    run_command("references", "mine")
    rows = json.loads((tmp_path / "references/mine.json").read_text())
    assert set(rows) == {"held_out", "bicubic", "memoriser", "noise"}
    (run,) = settings.runs
    train.train(run, settings)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, settings)
    scores = json.loads(run.metrics.read_text())
    assert (
        {"perceptual", "psnr_y", "fid"}
        <= set(scores)
        <= set(tracks.load("superresolution").metric_directions())
    )
    facts = json.loads((run.scored / "evaluation.json").read_text())
    assert (facts["samples"], facts["photographs"]) == (12, 1)
    # few steps leave the network near the bicubic enlargement that its output is added to
    assert scores["psnr_y"] == pytest.approx(rows["bicubic"]["0"]["psnr_y"], abs=3)
    assert rows["noise"]["0"]["psnr_y"] < 20 < scores["psnr_y"]


def test_reports_too_few_patches_before_training(tmp_path, settings, capsys):
    text = (tmp_path / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(text.replace("patches: 120", "patches: 3"))
    with pytest.raises(SystemExit):
        run_command("prepare", "mine")
    expected = (
        "params.yaml: superresolution.datasets.mine: expected 6 images or more to train on, as"
        " batches and metrics need, got 3; add images, or lower these"
    )
    assert capsys.readouterr().err.splitlines() == [expected]
    assert not (tmp_path / "data").exists()
