"""Folders of images with captions: both layouts."""

import os
import subprocess
import sys

import numpy as np
import pytest

from benchmark import config
from benchmark.data import captions, prepare
from benchmark.data.sources import caption_folders
from benchmark.data.splits import list_arrays, load_condition, load_vocabulary, map_split
from tests.benchmark.data.sources.caption_folders import read, shade
from tests.benchmark.data.sources.images import save_image


def test_images_belong_to_their_captions(birds):
    train, test = read(birds, each=2)
    numbers = []
    for part, each in ((train, 2), (test, 1)):
        images, labels, condition, vocabulary = (
            part.images,
            part.labels,
            part.condition,
            part.words,
        )
        assert part.classifier_inputs is None and part.classifier_targets is None and part.paired
        assert images.dtype == np.uint8 and images.shape == (len(labels), 3, 8, 8)
        assert len(condition) == len(images) and condition.dtype == np.int64
        assert np.array_equal(vocabulary, train.words) and vocabulary[0] == ""
        error = captions.decode_captions(condition, vocabulary)
        whose = np.rint(images[:, 0].mean(axis=(1, 2)) / 20).astype(int)
        assert np.array_equal(labels, whose % 2)
        for number, own in zip(whose, error, strict=True):
            # a number that is not among the words to train on is left out of a held-out caption
            first = {f"bird number{number}"} if each == 2 else {"bird"}
            assert own in first | {"a red bird on a branch"}
        assert (np.bincount(whose)[np.unique(whose)] == each).all()
        numbers.append(set(whose))
    assert numbers[0] | numbers[1] == set(range(12)) and not numbers[0] & numbers[1]


def test_a_file_of_captions_selects_the_images(scenes):
    train, test = read(scenes, coco=True)
    assert len(train.images) == 4 * 2 and len(test.images) == 1
    assert not train.labels.any()
    decoded = captions.decode_captions(train.condition, train.words)
    for image, own in zip(train.images, decoded, strict=True):
        number = round(image[0].mean() / 40)
        assert number < 5
        assert own in (f"a photo of scene{number}", f"a drawing of scene{number}")


def test_a_folder_becomes_a_data_set(birds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tree = {
        "seeds": [0],
        "datasets": {
            "birds": {"samples_seen": 8, "networks": {}, "folder": {"path": str(birds), "side": 8}}
        },
        "training": {
            "batch": 4, "logs": 1, "snapshots": 1, "snapshot_samples": 1, "threads": 1
        },
        "metrics": {"neighbours": 1, "density_neighbours": 1},
        "variants": {"stackgan": {"kind": "faithful", "lr": 1e-3}},
    }  # fmt: skip
    features = {"seed": 0, "epochs": 1, "batch": 4, "lr": 1e-3}
    settings = config.parse_params({"features": features, "text_to_image": tree})
    with pytest.raises(SystemExit):  # one image is held out, and two are needed
        prepare.prepare("birds", settings)
    save_image(shade(7), birds / "images/a/new.png")
    (birds / "text/a/new.txt").write_text("new")
    monkeypatch.setattr(caption_folders.layouts, "HELD_OUT", 4)
    prepare.prepare("birds", settings)
    assert load_vocabulary("birds")[0] == "" and load_condition("birds", "train").dtype == np.int64
    arrays = map_split("birds", "train")
    assert arrays["words"].tolist() == load_vocabulary("birds").tolist()
    assert "classifier_inputs" not in list_arrays("birds", "train")


def test_captions_are_utf8_with_or_without_a_mark(birds, scenes):
    for file in [*birds.rglob("*.txt"), birds / "captions.json"]:
        text = file.read_text(encoding="utf-8").replace("Bird", "Vögel").replace("photo", "Föto")
        file.write_text(text, encoding="utf-8-sig")
    assert "vögel" in read(birds)[0].words and "föto" in read(scenes, coco=True)[0].words


def test_captions_are_utf8_in_every_locale(birds):
    for name in ("00", "02"):  # one of them may be held out
        (birds / f"text/a/{name}.txt").write_text("ein Vögelchen", encoding="utf-8")
    code = (
        "import sys; from benchmark import config; from benchmark.data.sources import"
        " caption_folders as c;"
        "print(ascii(c.load_dataset(config.Captions(path=sys.argv[1], side=8))[0].words.tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code, birds],
        env=os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert r"v\xf6gelchen" in done.stdout
