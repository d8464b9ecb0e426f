"""Folders of images with captions, and data sets that are not divided."""

import json

import pytest

from benchmark.data import sizes
from tests.benchmark.data.sources.caption_folders import shade
from tests.benchmark.data.sources.images import save_image

SAID = ["A red bird, on a branch.", "A small bird", "", "The third line is not taken"]


@pytest.fixture
def birds(tmp_path):
    """Twelve images of two classes in the layout of CUB."""
    for number in range(12):
        name = f"{'ab'[number % 2]}/{number:02}"
        save_image(shade(20 * number), tmp_path / f"images/{name}.png")
        text = tmp_path / f"text/{name}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text("\n".join([f"Bird number{number}", *SAID]))
    return tmp_path


@pytest.fixture
def scenes(tmp_path):
    """Six images and captions in the format of COCO; the last image has no caption."""
    for number in range(6):
        save_image(shade(40 * number), tmp_path / f"pictures/{number}.png")
    annotations = {
        "images": [{"id": 10 + n, "file_name": f"{n}.png"} for n in range(6)],
        "annotations": [
            {"image_id": 10 + n, "caption": f"{way} of scene{n}"}
            for way in ("a photo", "a drawing")
            for n in range(5)
        ],
    }
    (tmp_path / "captions.json").write_text(json.dumps(annotations))
    return tmp_path


@pytest.fixture
def undivided(monkeypatch):
    """Leave all samples to train on; the other parts that are taken from them are empty."""
    for rule in ("VALIDATION", "EXTRACTOR"):
        monkeypatch.setattr(sizes, rule, (1, 0))
