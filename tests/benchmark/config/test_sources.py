"""Data sets of files and folders in params.yaml."""

import re

import pytest

from benchmark import config
from tests.benchmark.config.params import (
    add_folder,
    load_error,
    read_params,
    write_params,
)


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
    assert name in config.load(path).translation.datasets


def datasets(tree):
    return tree["translation"]["datasets"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda t: add_text(t, "mine"),
            r"text.datasets.mine: no such data set; there are: oracle, grammar, or give it a file:",
        ),
        (
            lambda t: add_text(t, "mine", file={"path": "a"}, oracle={}),
            r"text.datasets.mine: a file and an oracle; leave one of the two out",
        ),
        (
            lambda t: add_text(t, "oracle", file={"path": "a"}),
            r"text.datasets.oracle.file: oracle is a data set already; take another name",
        ),
        (
            lambda t: add_text(t, "grammar", oracle={}),
            r"text.datasets.grammar.oracle: grammar is a data set already; take another name",
        ),
        (
            lambda t: add_text(t, "mine", file={"path": "a", "by": "words"}),
            r'text.datasets.mine.file.by: "words" is not one; did you mean word\?',
        ),
        (
            lambda t: add_text(t, "mine", file={"pth": "a", "path": "b"}),
            r"text.datasets.mine.file.pth: no such key; did you mean path\?",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(folder={}),
            r"images.datasets.digits.folder: no such key; .* samples_seen, networks, feature_space",
        ),
        (
            lambda t: datasets(t).update(horses={"samples_seen": 1, "networks": {}}),
            r"translation.datasets.horses: no such data set; there are: outline, .*, or give it a"
            r" folder:",
        ),
        (
            lambda t: datasets(t)["outline"].update(folder={"path": "a", "paired": True}),
            r"translation.datasets.outline.folder: outline is a data set already; take another .*",
        ),
        (
            lambda t: add_folder(t, paired=True),
            r"translation.datasets.mine.folder.path: missing",
        ),
        (
            lambda t: add_folder(t, path="a"),
            r"translation.datasets.mine.folder.paired: missing",
        ),
        (
            lambda t: add_folder(t, path="a", paired=1),
            r"translation.datasets.mine.folder.paired: 1 should be a valid boolean",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, target="rigth"),
            r'translation.datasets.mine.folder.target: "rigth" is not one; did you mean right\?',
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, size=64),
            r"translation.datasets.mine.folder.size: no such key; did you mean side\?",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True).update(folder=3),
            r"translation.datasets.mine.folder: not a block of keys; it takes path, paired, .*",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True, side=100),
            r"translation.datasets.mine.folder.side: 100 is not one; there are: 8, 16, 32, .*, 512",
        ),
        (
            lambda t: add_folder(t, path="a", paired=True).pop("feature_space"),
            r"translation.datasets.mine.feature_space: a folder has no classes .*; write inception"
            r" or dinov2",
        ),
        (
            lambda t: add_folder(t, keep=["cyclegan"], path="a", paired=False, target="left"),
            r"translation.datasets.mine.folder.target: two images side by side are a pair; .*",
        ),
        (
            lambda t: add_folder(t, keep=["unet", "cyclegan"], path="a", paired=False),
            r"translation.variants.unet: learns from pairs, and mine has none; .*",
        ),
        (
            lambda t: add_folder(t, keep=["pix2pix"], name="horse2zebra"),
            r"translation.variants.pix2pix: learns from pairs, and horse2zebra has none; .*",
        ),
        (
            lambda t: add_folder(t, name="facades", path="a"),
            r"translation.datasets.facades.folder.path: facades is downloaded; .*",
        ),
        (
            lambda t: add_folder(t, name="facades", target="A"),
            r"translation.datasets.facades.folder.target: facades has no A; write left or right",
        ),
        (
            lambda t: add_folder(t, name="facades").update(feature_space="classifier"),
            r"translation.datasets.facades.feature_space: .*",
        ),
    ],
)
def test_errors_name_the_key_and_the_expected_value(tmp_path, capsys, change, line):
    assert re.fullmatch(line, load_error(tmp_path, capsys, change))
