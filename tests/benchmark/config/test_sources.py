"""Data sets of files and folders in params.yaml."""

import re

import pytest
from PIL import Image

from benchmark import config
from tests.benchmark.config.params import (
    add_folder,
    load_error,
    read_params,
    write_params,
)
from tests.benchmark.data.sources.images import save_image


def add_text(tree, name, **block):
    tree["text"]["datasets"] = {name: {"samples_seen": 64, "networks": {}} | block}


@pytest.mark.parametrize(
    ("name", "keep", "folder"),
    [
        ("mine", (), {"path": "a", "paired": True, "target": "left"}),
        ("mine", ("cyclegan",), {"path": "a", "paired": False, "side": 128}),
        ("facades", (), {"side": 256}),
        ("horse2zebra", ("cyclegan",), {"target": "A"}),
    ],
)
def test_accepts_valid_folders(tmp_path, name, keep, folder):
    tree = read_params()
    add_folder(tree, name=name, keep=keep, **folder)
    path = write_params(tree, tmp_path)
    assert name in config.load_params(path).translation.datasets


def datasets(tree):
    return tree["translation"]["datasets"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda t: add_text(t, "mine"),
            r"text.datasets.mine: expected a data set, got mine; there are: oracle, grammar, or"
            r" give it a file:",
        ),
        (
            lambda t: add_text(t, "mine", file={"path": "a"}, oracle={}),
            r"text.datasets.mine: expected a file or an oracle, got both; leave one of the two out",
        ),
        (
            lambda t: add_text(t, "oracle", file={"path": "a"}),
            r"text.datasets.oracle.file: expected a new name, got oracle of another .*",
        ),
        (
            lambda t: add_text(t, "grammar", oracle={}),
            r"text.datasets.grammar.oracle: expected a new name, got grammar of another .*",
        ),
        (
            lambda t: add_text(t, "mine", file={"path": "a", "by": "words"}),
            r'text.datasets.mine.file.by: expected word or character, got "words"; did you'
            r" mean word\?",
        ),
        (
            lambda t: add_text(t, "mine", file={"pth": "a", "path": "b"}),
            r"text.datasets.mine.file.pth: expected a key of this block, got pth; did you mean"
            r" path\?",
        ),
        (
            lambda t: t["toy"]["datasets"]["ring8"].update(folder={}),
            r"toy.datasets.ring8.folder: expected a key .*: updates, samples_seen, optional, seeds,"
            r" without, only, changes, networks, feature_space",
        ),
        (
            lambda t: datasets(t).update(horses={"samples_seen": 1, "networks": {}}),
            r"translation.datasets.horses: expected a data set, got horses; there are: outline, .*,"
            r" or give it a folder:",
        ),
        (
            lambda t: datasets(t)["outline"].update(folder={"path": "a", "paired": True}),
            r"translation.datasets.outline.folder: expected a new name, got outline of another .*",
        ),
        (
            lambda t: add_folder(t, paired=True),
            r"translation.datasets.mine.folder.path: expected this key, got none; add it",
        ),
        (
            lambda t: add_folder(t, path="a"),
            r"translation.datasets.mine.folder.paired: expected this key, got none; add it",
        ),
        (
            lambda t: add_folder(t, path="a", paired=1),
            r"translation.datasets.mine.folder.paired: expected a valid boolean, got 1; .*",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, target="rigth"),
            r'translation.datasets.mine.folder.target: expected left, right, A or B, got "rigth";'
            r" did you mean right\?",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, size=64),
            r"translation.datasets.mine.folder.size: expected a key of this block, got size;"
            r" did you mean side\?",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True).update(folder=3),
            r"translation.datasets.mine.folder: expected a block of keys, got 3; choose from"
            r" path, .*",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, side=100),
            r"translation.datasets.mine.folder.side: expected 8, 16, 32, .* or 512, got 100; write"
            r" one of these",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True).pop("feature_space"),
            r"translation.datasets.mine.feature_space: expected a feature space without classes,"
            r" .*, got classifier; write inception or dinov2",
        ),
        (
            lambda t: add_folder(t, keep=["cyclegan"], path="a", paired=False, target="left"),
            r"translation.datasets.mine.folder.target: expected A or B .*, got left; .*",
        ),
        (
            lambda t: add_folder(t, keep=["unet", "cyclegan"], path="a", paired=False),
            r"translation.variants.unet: expected pairs of images, got mine without pairs; .*",
        ),
        (
            lambda t: add_folder(t, keep=["pix2pix"], name="horse2zebra"),
            r"translation.variants.pix2pix: expected pairs of images, got horse2zebra without"
            r" pairs; leave one of the two out",
        ),
        (
            lambda t: add_folder(t, name="facades", path="a"),
            r"translation.datasets.facades.folder.path: expected no such key for facades, which is"
            r" downloaded, got a; .*",
        ),
        (
            lambda t: add_folder(t, name="facades", target="A"),
            r"translation.datasets.facades.folder.target: expected a target of facades, got A;"
            r" write left or right",
        ),
        (
            lambda t: add_folder(t, name="facades").update(feature_space="classifier"),
            r"translation.datasets.facades.feature_space: .*",
        ),
    ],
)
def test_errors_name_the_key_and_the_expected_value(tmp_path, capsys, change, line):
    assert re.fullmatch(line, load_error(tmp_path, capsys, change))


@pytest.mark.parametrize("has_classes", [False, True])
def test_variants_of_classes_need_folders_of_classes(tmp_path, capsys, has_classes):
    for number in range(90):
        part = f"{'ab'[number % 2]}/" * has_classes
        save_image(Image.new("L", (8, 8), number), tmp_path / f"photos/{part}{number}.png")

    def add_photos(tree):
        tree["images"]["datasets"]["mine"] = {
            "updates": 1,
            "networks": {"latent": 4, "width": 4},
            "feature_space": "inception",
            "folder": {"path": str(tmp_path / "photos"), "side": 8},
        }

    if has_classes:
        tree = read_params()
        add_photos(tree)
        assert "mine" in config.load_params(write_params(tree, tmp_path)).datasets
        return
    line = load_error(tmp_path, capsys, add_photos)
    assert "images.datasets.mine.without: expected no variants of classes, as mine has none" in line
    assert "got acgan, artgan, cgan, projection; add them to this list" in line
