"""Samples of trained weights: files to write and numbers that fit, else one line."""

import json

import numpy as np
import pytest

import gans
from benchmark.common.hashing import sha256
from benchmark.evaluation import sample
from benchmark.training import weights
from tests.command import mistake_of, run_command


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Runs of a variant of images and one of points, not trained, without data."""
    monkeypatch.chdir(tmp_path)
    for track, dataset, shape in (("images", "digits", (1, 8, 8)), ("toy", "ring8", (2,))):
        folder = tmp_path / f"runs/{track}/{dataset}/dcgan/trained/0"
        folder.mkdir(parents=True)
        model = {"latent": 2, "width": 4}
        card = {"variant": "dcgan", "shape": shape, "model": model}
        weights.save(gans.load("dcgan")(shape, **model), folder / "weights.safetensors", card)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["digits-dcgan", "--out", "x.txt"], "--out: expected a .png or .npz file, as digits has "),
        (["digits-dcgan", "--out", "x.gif"], "--out: expected a .png or .npz file, as digits has "),
        (["digits-dcgan", "--out", "x.jpg"], "--out: expected a .png or .npz file, for clips also"),
        (["digits-dcgan", "--count", "100000000"], "--count: expected at most 10000, got 1000000"),
        (["digits-dcgan", "--count", "1" + "0" * 12, "--out", "x.npz"], "--count: expected at "),
        (["ring8-dcgan"], "--out: expected a .npz file for the points of ring8, got none; add"),
        (["ring8-dcgan", "--out", "x.png"], "--out: expected a .npz file for the points of ring8"),
        (["", "--seed", "0"], '"" --seed 0: expected weights in runs/ or fetched/, got none'),
    ],
)
def test_reports_errors_in_one_line(trained, capsys, monkeypatch, arguments, line):
    monkeypatch.delattr(sample, "draw")  # errors come before the work
    before = set(trained.rglob("*"))
    assert mistake_of(capsys, "sample", *arguments).startswith(line)
    assert set(trained.rglob("*")) == before


@pytest.mark.parametrize(
    ("row", "similar"),
    [("digits-wgan", "; or did you mean digits-dcgan --seed 0?"), ("outline-cyclegan", "")],
)
def test_a_row_without_weights_names_the_commands_that_get_them(trained, capsys, row, similar):
    line = mistake_of(capsys, "sample", row, "--out", "x.npz")
    assert line == (
        f"{row} --seed 0: expected weights in runs/ or fetched/, got none; run make repro"
        f" ROWS={row}, or gan-benchmark fetch {row}{similar}"
    )


def test_a_file_that_cannot_be_written_is_one_line(trained, capsys):
    line = mistake_of(capsys, "sample", "digits-dcgan", "--out", "/proc/x.npz")
    assert line.startswith("/proc/x.npz: expected a file ")


@pytest.mark.parametrize("out", ["none/deeper/x.png", "none/x.npz"])
def test_the_folder_of_the_samples_is_created(trained, out):
    run_command("sample", "digits-dcgan", "--count", 9, "--out", out)
    assert (trained / out).stat().st_size


def test_samples_are_written(trained):
    run_command("sample", "digits-dcgan", "--count", 9, "--out", "x.png")
    assert (trained / "x.png").stat().st_size
    run_command("sample", "digits-dcgan", "--count", sample.MAX_PICTURED + 1, "--out", "x.npz")
    with np.load(trained / "x.npz") as file:
        assert file["images"].shape == (sample.MAX_PICTURED + 1, 1, 8, 8)
    run_command("sample", "ring8-dcgan", "--count", 9, "--out", "y.npz")
    with np.load(trained / "y.npz") as file:
        assert file["images"].shape == (9, 2)


def test_a_flipped_bit_of_the_weights_is_one_line(trained, capsys):
    path = trained / "runs/images/digits/dcgan/trained/0/weights.safetensors"
    record = path.with_name("training.json")
    record.write_text(json.dumps({"weights": sha256(path)}))
    run_command("sample", "digits-dcgan", "--count", 9, "--out", "x.npz")
    damaged = bytearray(path.read_bytes())
    damaged[-5] ^= 1
    path.write_bytes(damaged)
    line = mistake_of(capsys, "sample", "digits-dcgan", "--out", "y.npz")
    name = path.relative_to(trained)
    assert line.startswith(f"{name}: expected weights with the sha256 ") and "train the row" in line


def test_damaged_weights_are_one_line(trained, capsys):
    path = trained / "runs/images/digits/dcgan/trained/0/weights.safetensors"
    path.write_bytes(path.read_bytes()[:-9])
    line = mistake_of(capsys, "sample", "digits-dcgan")
    assert "weights.safetensors: expected weights with a card, got a damaged file (" in line
