"""Folders of images to generate: layouts, classes, odd files, and what is refused."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from benchmark import config
from benchmark.data import batches, image_stream
from benchmark.data.prepare import prepare
from benchmark.data.splits import load_split, map_split
from tests.benchmark.data.sources.images import save_image
from tests.command import error_line

GREY = {"side": 8, "grey": True}


@pytest.fixture
def folder(undivided, tmp_path, monkeypatch):
    """An empty working directory with an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def add(folder, levels, suffix=".png", size=(8, 8)):
    """Add an image of each grey level."""
    for level in levels:
        save_image(Image.new("L", size, level), folder / f"{level:03}{suffix}")


def make_settings(folder, *, space="inception", **options):
    """The parameters with this folder as the only data set of images."""
    block = {"updates": 10, "networks": {"latent": 4, "width": 4}, "feature_space": space}
    block["folder"] = {"path": str(folder)} | GREY | options
    tree = {
        "features": {"seed": 0, "epochs": 1, "batch": 4, "lr": 1e-3},
        "images": {
            "seeds": [0],
            "datasets": {"mine": block},
            "training": {
                "batch": 4, "logs": 1, "snapshots": 1, "snapshot_samples": 4, "threads": 1
            },
            "metrics": {"neighbours": 1, "density_neighbours": 1},
            "variants": {"dcgan": {"kind": "controlled", "lr": 1e-3}},
        },
    }  # fmt: skip
    return config.parse_params(tree)


def read(folder, **options):
    """Prepare the folder; return each split's levels of its images, and its labels."""
    prepare("mine", make_settings(folder, **options))
    parts = [load_split("mine", split) for split in ("train", "test")]
    return [(images[:, 0, 0, 0].tolist(), labels.tolist()) for images, labels in parts]


def test_a_flat_folder(folder):
    add(folder, range(30))
    (train, train_labels), (test, test_labels) = read(folder)
    assert sorted(train + test) == list(range(30)) and len(test) == 3
    assert train != sorted(train)  # shuffled
    assert not any(train_labels + test_labels)
    assert read(folder) == [(train, train_labels), (test, test_labels)]


def test_subfolders_are_classes(folder):
    for place, name in enumerate(("cats", "dogs", "owls")):
        add(folder / name, range(50 * place, 50 * place + 20))
    add(folder / "owls/white", range(200, 220))  # deeper folders are of the same class
    for levels, labels in read(folder):
        assert labels == [min(level // 50, 2) for level in levels]
    test_labels = read(folder)[1][1]
    assert sorted(test_labels) == [0, 0, 1, 1, 2, 2, 2, 2]  # a tenth of each class


@pytest.mark.parametrize("held_out", ["test", "val"])
def test_given_splits(folder, held_out):
    add(folder / "train/a", range(10))
    add(folder / "train/b", range(100, 110))
    add(folder / held_out / "b", range(110, 114))
    (train, train_labels), (test, test_labels) = read(folder)
    assert sorted(train) == [*range(10), *range(100, 110)]
    assert train_labels == [int(level >= 100) for level in train]
    assert sorted(test) == list(range(110, 114)) and test_labels == [1] * 4


def test_images_become_rgb_or_grey_squares(folder):
    for number in range(20):
        image = Image.new("RGB", (40, 20), (250, 10 * number, 0))
        image.paste((0, 0, 0), (0, 0, 3, 20))  # cropped away
        save_image(image, folder / f"{number}.png")
    images = prepare_images(folder, side=8, grey=False)
    assert images.shape == (18, 3, 8, 8) and (images[:, 0] == 250).all()
    images = prepare_images(folder, side=16, grey=True)
    assert images.shape == (18, 1, 16, 16) and np.ptp(images[0]) == 0


def prepare_images(folder, **options):
    prepare("mine", make_settings(folder, **options))
    return load_split("mine", "train")[0]


def test_odd_files(folder, capsys):
    add(folder, range(16))
    add(folder, range(21, 24), ".jpg", size=(30, 17))
    save_image(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), folder / "clear.png")  # white
    save_image(Image.fromarray(np.full((9, 9), 20 * 257, np.uint16)), folder / "deep.png")
    save_image(Image.new("CMYK", (9, 9), (0, 0, 0, 55)), folder / "print.jpg")
    save_image(Image.new("L", (9, 9), 90).convert("P"), folder / "palette.png")
    add(folder / ".hidden", [99])
    (folder / "notes.txt").touch()
    (train, _), (test, _) = read(folder)
    assert len(train + test) == 23 and {255, 20, 200} <= set(train + test)
    assert f"{folder}: .hidden/, notes.txt left out" in capsys.readouterr().out


def broken(folder):
    add(folder, range(20))
    (folder / "bad.png").write_bytes(b"no image")


def repeated(folder):
    add(folder / "train", range(10))
    add(folder / "test", range(9, 12))


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda folder: None, "{0}: expected images, such as .png or .jpg, got none; add some"),
        (lambda folder: folder.rmdir(), "{0}: expected a folder, got none; correct the path"),
        (lambda folder: add(folder / "a", range(9)), "got the folder a alone; add another class"),
        (
            lambda folder: (add(folder, [7]), add(folder / "a", range(6))),
            "{0}/007.png: expected images either in folders of classes or without folders",
        ),
        (
            lambda folder: (add(folder / "a", range(9)), add(folder / "b", [50])),
            "{0}/b: expected 2 images or more, as one is held out, got 1; add images",
        ),
        (
            lambda folder: (
                add(folder / "train/a", range(9)),
                add(folder / "train/b", range(20, 29)),
                add(folder / "test/c", range(40, 44)),
            ),
            "{0}/test: expected the classes of {0}/train, got c; name the folders alike",
        ),
        (broken, "{0}/bad.png: expected an image, got a damaged file"),
        (repeated, "{0}/test/009.png: expected no picture to train on among those held out, got"),
        (
            lambda folder: (add(folder / "Train", range(20)), add(folder / "Test", range(30, 40))),
            "{0}/Test: expected splits in the folders train and test (or val), got",
        ),
        (
            lambda folder: (add(folder / "train", range(20)), add(folder / "Val", range(30, 40))),
            "{0}/Val: expected splits in the folders train and test",
        ),
        (lambda folder: add(folder, range(3)), "mine: expected 4 images or more to train on"),
        (
            lambda folder: [
                save_image(Image.new("L", (9, 9)), folder / f"{n}.png") for n in range(20)
            ],
            "got the pixels of",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(folder, capsys, make, line):
    make(folder)
    assert line.format(folder) in error_line(capsys, lambda: read(folder))


def test_a_classifier_needs_classes(folder, capsys):
    add(folder, range(12))
    line = error_line(capsys, lambda: read(folder, space="classifier"))
    assert line == (
        f"{folder}: expected a folder for each class, got images without classes; write"
        " feature_space: inception or dinov2"
    )
    for name in "ab":
        add(folder / name, range(100, 110) if name == "a" else range(200, 210))
    for file in folder.glob("*.png"):
        file.unlink()
    assert len(read(folder, space="classifier")[0][0]) == 18


def test_equal_images_are_one_line(folder, capsys):
    for name in "abcdefg":
        save_image(Image.new("L", (9, 9), 5), folder / f"train/{name}.png")
    add(folder / "test", [1, 2, 3])
    line = error_line(capsys, lambda: read(folder))
    assert line == "mine: expected images to train on that differ, got 7 equal ones; add others"


def test_a_folder_need_not_fit_into_memory(folder, monkeypatch):
    monkeypatch.setattr(image_stream, "BLOCK", 8)
    for number in range(300):
        save_image(
            Image.new("RGB", (9, 9), (number % 250, number // 250, 0)), folder / f"{number}.png"
        )
    settings = make_settings(folder, side=64, grey=False)
    for _ in range(2):  # the first time imports modules
        tracemalloc.start()
        prepare("mine", settings)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    images = load_split("mine", "train")[0]
    assert images.shape == (270, 3, 64, 64) and peak < images.nbytes / 2
    levels = images[:, 0, 0, 0] + 250 * images[:, 1, 0, 0].astype(int)
    assert len(set(levels.tolist())) == 270  # none twice


def test_training_streams_what_does_not_fit(folder, monkeypatch):
    add(folder, range(30))
    read(folder)
    monkeypatch.setattr(batches, "measure_memory", lambda device: 100)
    import torch

    made = batches.make_batches("mine", 4, 0, torch.device("cpu"))
    assert isinstance(made, batches.StreamedBatches) and next(made).shape == (4, 1, 8, 8)
    assert isinstance(map_split("mine", "train")["images"], np.memmap)
