"""Stages on a folder of odd images with classes, from preparation to scores and samples."""

import json

import numpy as np
import pytest
from PIL import ExifTags, Image

from benchmark import config
from benchmark.evaluation import evaluate
from benchmark.training import train
from tests.benchmark.config.params import read_params, write_params
from tests.command import run_command

GENERATOR = np.random.default_rng(0)


def make_image(number, level):
    """An image of any kind, around a level of red."""
    pixels = GENERATOR.integers(0, 40, (18 + number % 5, 15 + number % 7, 3), dtype=np.uint8)
    pixels[..., 0] += level
    image = Image.fromarray(pixels)
    kind = ("RGB", "L", "RGBA", "CMYK", "P", "LA", "I;16")[number % 7]
    return (
        Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
        if kind == "I;16"
        else (image.convert(kind))
    )


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of two classes, and params.yaml with it as the only data set of images."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    for name, level in (("dark", 0), ("bright", 200)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(45):
            image = make_image(number, level)
            suffix = {"CMYK": "jpg", "L": "webp"}.get(image.mode, "png")
            image.save(tmp_path / f"photos/{name}/{number}.{suffix}", exif=exif)
    tree = read_params()
    track = tree["images"]
    names = ("dcgan", "cgan")
    tree = {"features": tree["features"] | {"epochs": 30}, "images": track}
    track["seeds"] = [0]
    track["datasets"] = {
        "mine": {
            "updates": 200,
            "networks": {"latent": 4, "width": 4},
            "flips": True,
            "folder": {"path": "photos", "side": 16},
        }
    }
    track["metrics"] = {"samples": 100}
    track["training"] |= {"batch": 16, "logs": 4, "snapshots": 2, "snapshot_samples": 20}
    track["variants"] = {name: track["variants"][name] for name in names}
    write_params(tree, tmp_path)
    return tmp_path


def test_from_a_folder_of_odd_images_to_scores_and_samples(project):
    for stage in ("prepare", "features", "references"):
        run_command(stage, "mine")
    assert json.loads((project / "features/mine.json").read_text())["accuracy"] > 0.9
    rows = json.loads((project / "references/mine.json").read_text())
    settings = config.load_params()
    for run in settings.runs:
        train.train(run, settings)
        evaluate.evaluate(run, settings)
        scores = json.loads(run.metrics.read_text())
        assert scores["fid"] < rows["noise"]["0"]["fid"]
        assert "class_accuracy" in scores if run.variant == "cgan" else "is" in scores
    run_command("sample", "mine-cgan", "--out", "made/grid.png")
    with Image.open("made/grid.png") as picture:
        assert picture.mode == "RGB"
