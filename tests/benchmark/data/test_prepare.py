"""Folders and files that are missing or empty: `check` says in advance what `prepare` says."""

import json

import numpy as np
import pytest
from PIL import Image

from benchmark import config
from benchmark.common.messages import stop
from benchmark.data import prepare
from benchmark.data.image_stream import ImageFiles
from benchmark.data.parts import save_parts
from benchmark.data.sources import images
from benchmark.data.splits import SplitArrays, load_array
from benchmark.pipeline import repro
from tests.benchmark.config.params import read_params, write_params
from tests.benchmark.data.sources.images import list_greys, save_images
from tests.command import mistake_of, run_command

BUDGET = {"samples_seen": 64}
IMAGES = BUDGET | {"networks": {"latent": 4, "width": 4}, "feature_space": "inception"}
TRANSLATION = BUDGET | {"networks": {"width": 4}, "feature_space": "inception"}
PHOTOGRAPHS = BUDGET | {"networks": {"width": 4}}
CAPTIONS = BUDGET | {"networks": {"latent": 4, "width": 4, "code": 4}, "feature_space": "inception"}
SENTENCES = BUDGET | {"networks": {"width": 4, "hidden": 4}}
PAIRS = {"path": "mine", "paired": True}


def make_blocks():
    """Map each kind of a user's folder or file to its track and its block; all name ``mine``."""
    captions = {"path": "mine", "captions": "mine/captions.json"}
    return {
        "images": ("images", IMAGES | {"folder": {"path": "mine"}}),
        "pairs": ("translation", TRANSLATION | {"folder": PAIRS}),
        "halves": ("translation", TRANSLATION | {"folder": PAIRS | {"target": "left"}}),
        "photographs": (
            "superresolution",
            PHOTOGRAPHS | {"folder": {"train": "mine", "test": "set5", "scale": 2}},
        ),
        "captions": ("text_to_image", CAPTIONS | {"folder": {"path": "mine"}}),
        "file of captions": ("text_to_image", CAPTIONS | {"folder": captions}),
        "sentences": ("text", SENTENCES | {"file": {"path": "mine"}}),
        "oracle": ("text", SENTENCES | {"oracle": {"weights": "mine"}}),
    }


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty working directory; returns a function that writes params.yaml with one block."""
    monkeypatch.chdir(tmp_path)
    opened = "expected no image to be opened"
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail(opened))

    def write(kind, **keys):
        track, block = make_blocks()[kind]
        tree = read_params()
        section = tree[track]
        section["datasets"] = {"mine": block | keys}
        whole = {"features": tree["features"], track: section}
        if source := section.pop("variants_from", None):
            section["variants"] = tree[source]["variants"] | section.get("variants", {})
        section["variants"] = keep_simple(section["variants"])
        write_params(whole, tmp_path)
        return tmp_path / "mine"

    return write


def keep_simple(variants):
    """Keep one variant that any data set of its track supports."""
    simple = ("dcgan", "pix2pix", "srgan", "gan_int_cls", "seqgan")
    return {name: entry for name, entry in variants.items() if name in simple}


def test_blocks_are_valid_where_the_files_are_there(project, capsys):
    save_images(project("images"), list_greys(600))
    run_command("check")
    assert capsys.readouterr().out.startswith("params.yaml is valid: 3 runs")


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("kind", make_blocks())
@pytest.mark.parametrize("state", ["missing", "empty", "of another kind"])
def test_check_says_what_prepare_says(project, capsys, kind, state, optional):
    path = project(kind, optional=optional)
    is_file = kind in ("sentences", "oracle")
    if (state == "empty") == is_file and state != "missing":
        path.touch()
    elif state != "missing":
        path.mkdir()
    line = mistake_of(capsys, "check")
    assert line.startswith("mine") and ": expected " in line and ", got " in line and "; " in line
    assert line == mistake_of(capsys, "prepare", "mine")


def test_a_missing_or_empty_file_of_captions(project, capsys):
    folder = project("file of captions")
    save_images(folder, list_greys(60))
    expected = "mine/captions.json: expected a file of captions, got "
    assert mistake_of(capsys, "check").startswith(expected + "No such file")
    (folder / "captions.json").touch()
    assert mistake_of(capsys, "check") == expected + "an empty file; correct the path"
    (folder / "captions.json").write_text(json.dumps({"images": [], "annotations": []}))
    run_command("check")


def test_an_empty_folder_of_one_split(project, capsys):
    folder = project("images")
    save_images(folder / "train", list_greys(40))
    (folder / "test").mkdir()
    line = "mine/test: expected images, such as .png or .jpg, got none; add some"
    assert mistake_of(capsys, "check") == line


def test_weights_of_an_oracle_that_are_none(project, capsys):
    np.savez(project("oracle").with_suffix(".npz"), Wo=np.zeros((3, 3)))
    file = project("oracle", oracle={"weights": "mine.npz"}).with_suffix(".npz")
    assert file.is_file() and mistake_of(capsys, "check").startswith("mine.npz: expected the")


def test_each_data_set_has_its_line(project, capsys):
    tree = read_params()
    project("images")
    tree["images"]["datasets"]["mine"] = IMAGES | {"folder": {"path": "mine"}}
    tree["text"]["datasets"]["my_text"] = SENTENCES | {"file": {"path": "gone.txt"}}
    write_params(tree, config.FILE.parent)
    with pytest.raises(SystemExit):
        run_command("check")
    assert capsys.readouterr().err.splitlines() == [
        "mine: expected a folder, got none; correct the path",
        "gone.txt: expected a file, got none; correct the path",
    ]


def test_nothing_runs_before_missing_files_are_reported(project, capsys, monkeypatch):
    project("images")
    monkeypatch.setattr(repro, "check_pipeline", lambda: None)
    monkeypatch.setattr(repro, "find_outdated_stages", lambda: {"prepare@mine"})
    monkeypatch.setattr(repro.recipes, "write_recipes", lambda settings: {})
    monkeypatch.setattr(repro, "start_server", lambda: stop("started"))
    line = "mine: expected a folder, got none; correct the path"
    assert mistake_of(capsys, "repro") == line


def test_files_of_other_data_sets_do_not_matter(project):
    project("images")
    prepare.check_files(config.load_params(), ["another"])


def test_a_subset_of_files_keeps_the_published_splits(tmp_path, monkeypatch, capsys):
    """CelebA, say, has pictures that are both trained on and held out."""
    monkeypatch.chdir(tmp_path)
    files = [tmp_path / f"{number}.png" for number in range(24)]
    for number, file in enumerate(files):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(file)
    train, test = (
        SplitArrays(ImageFiles(each, side=8), np.zeros(len(each), dtype=np.int64))
        for each in (files[:20], files)
    )
    monkeypatch.setitem(images.SOURCES, "celeba", lambda: (train, test))
    subset = images.load_subset("celeba", 4, trains_extractor=False)
    save_parts("few", subset)
    prepare.check_pictures("few", subset)
    assert "the published splits are kept" in capsys.readouterr().out
    reds = [load_array("few", part, "images")[:, 0, 0, 0] for part in ("train", "reference")]
    assert len(reds[0]) == 4 and set(reds[0]) < set(reds[1]) < set(range(20))
