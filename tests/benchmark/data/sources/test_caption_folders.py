"""Folders of images with captions: both layouts, and errors of invalid ones."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from benchmark import config
from benchmark.data import captions, prepare
from benchmark.data.sources import caption_folders
from benchmark.data.splits import list_arrays, load_condition, load_vocabulary, map_split
from tests.benchmark.config.params import load_error
from tests.benchmark.data.sources.images import save_image
from tests.command import error_line

SAID = ["A red bird, on a branch.", "A small bird", "", "The third line is not taken"]


def shade(level):
    return Image.new("RGB", (12, 10), (level, 0, 255 - level))


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


def read(root, *, coco=False, classes=False, **keywords):
    more = {"path": f"{root}/pictures", "captions": f"{root}/captions.json"} if coco else {}
    block = config.Captions(**{"path": str(root), "side": 8} | more | keywords)
    return caption_folders.load_dataset(block, classes=classes)


def read_error(capsys, root, **keywords):
    """Return the error of reading a folder."""
    return error_line(capsys, lambda: read(root, **keywords))


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


def test_a_held_out_picture_is_not_trained_on(birds, capsys):
    pixels = (birds / "images/a/00.png").read_bytes()
    for number in range(1, 12):
        (birds / f"images/{'ab'[number % 2]}/{number:02}.png").write_bytes(pixels)
    assert "expected no picture to train on among those held out" in read_error(capsys, birds)


def broken(root, name, content=None):
    """A change to a file; without content it is deleted."""

    def change():
        path = root / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)

    return change


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        (
            "text/b/03.txt",
            None,
            r".*images/b/03.png: expected captions in .*text/b/03.txt, got no such file; .*",
        ),
        ("text/b/03.txt", " \n;\n", r".*text/b/03.txt: expected a caption a line, got none; .*"),
        ("text/b/03.txt", b"\xff\xfe\xfa", r".*text/b/03.txt: expected text, .* \(.*\); .*"),
        (
            "images/a/02.png",
            b"no image",
            r".*images/a/02.png: expected an image, got a damaged file \(.*\); replace.*",
        ),
    ],
)
def test_an_invalid_folder_is_one_line(birds, capsys, name, content, error):
    broken(birds, name, content)()
    assert re.fullmatch(error, read_error(capsys, birds))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, r".*captions.json: expected a file .*, got No such file or directory; .*"),
        ('{"images": [', r".*captions.json: expected JSON, got .* \(Expecting value.*\); .*"),
        ("[1, 2]", r".*captions.json: expected lists of images .*, got no images; .*"),
        ('{"images": []}', r".*captions.json: expected .*, got no annotations; .*"),
        ('{"images": [], "annotations": []}', r".*captions.json: expected captions, got .*"),
        (
            '{"images": [], "annotations": [{"caption": "a"}]}',
            r'.*captions.json: expected a key image_id, got {"caption": "a"}; add it',
        ),
        (
            '{"images": [], "annotations": [{"image_id": 3, "caption": "a"}]}',
            r".*captions.json: expected captions of its images, got one of image 3; .*",
        ),
        (
            '{"images": [{"id": 3, "file_name": "x.png"}],'
            ' "annotations": [{"image_id": 3, "caption": "."}]}',
            r".*captions.json: expected words in each caption, got none for x.png; .*",
        ),
        (
            '{"images": [{"id": 3, "file_name": "x.png"}],'
            ' "annotations": [{"image_id": 3, "caption": "a"}]}',
            r".*pictures/x.png: expected an image, as .*captions.json has its .*, got none; add it",
        ),
        (
            '{"images": [{"id": {}, "file_name": "x"}], "annotations": []}',
            r".*captions.json: expected a number as id, got {}; correct it",
        ),
        (
            '{"images": [], "annotations": [{"image_id": [0], "caption": "a"}]}',
            r".*captions.json: expected a number as image_id, got \[0\]; correct it",
        ),
        (
            '{"images": [{"id": 3, "file_name": "a"}, {"id": 3, "file_name": "b"}],'
            ' "annotations": []}',
            r".*captions.json: expected one file_name for each id, got a and b for 3; .*",
        ),
        ("[" * 100_000, r".*captions.json: expected JSON, got an error .*; correct it"),
        (
            json.dumps(
                {
                    "images": [{"id": 3, "file_name": "z" * 300}],
                    "annotations": [{"image_id": 3, "caption": "a"}],
                }
            ),
            r".*/z+: expected a path to read, got an error \(File name too long\); shorten .*",
        ),
    ],
)
def test_an_invalid_file_of_captions_is_one_line(scenes, capsys, content, error):
    broken(scenes, "captions.json", content)()
    if content and "x.png" in content and '"a"' in content:
        save_image(shade(0), scenes / "pictures/y.png")
    assert re.fullmatch(error, read_error(capsys, scenes, coco=True))


def test_a_folder_without_enough_images_is_one_line(birds, scenes, capsys, tmp_path):
    assert read_error(capsys, tmp_path / "nowhere") == (
        f"{tmp_path}/nowhere: expected a folder, got none; correct the path"
    )
    (tmp_path / "empty/images").mkdir(parents=True)
    assert read_error(capsys, tmp_path / "empty").startswith(
        f"{tmp_path}/empty/images: expected images, such as"
    )
    one = tmp_path / "one"
    save_image(shade(0), one / "images/x.png")
    (one / "text").mkdir()
    (one / "text/x.txt").write_text("a thing")
    assert read_error(capsys, one) == (
        f"{one}: expected 2 images with captions or more, as one is held out, got 1; add images"
    )
    assert read_error(capsys, scenes, coco=True, classes=True) == (
        f"{scenes}/pictures: expected a folder for each class, got one folder; write"
        " feature_space: inception or dinov2"
    )


@pytest.mark.parametrize(
    ("name", "block", "line"),
    [
        ("outline", {"folder": {"path": "x"}}, "outline.folder: expected a new name, got .*"),
        (
            "mine",
            {"folder": {"path": "x", "captions": "y.json"}},
            "mine.feature_space: expected a feature space without classes, .*; write inception"
            " or dinov2",
        ),
        (
            "mine",
            {"folder": {"path": "x", "caption": "y"}},
            r"mine.folder.caption: expected a key .*, got caption; .*",
        ),
        (
            "captiond_digits",
            {},
            "captiond_digits: expected a data set, .* captioned_digits.*or give it a folder:",
        ),
    ],
)
def test_reports_invalid_blocks(tmp_path, capsys, name, block, line):
    def change(tree):
        tree["text_to_image"]["datasets"] = {name: {"samples_seen": 64, "networks": {}} | block}

    result = load_error(tmp_path, capsys, change)
    assert re.fullmatch(f"text_to_image.datasets.{line}", result)


def test_two_images_do_not_share_a_file_of_captions(birds, capsys):
    save_image(shade(99), birds / "images/a/00.jpg")
    assert "a/00.png: expected captions of its own, got those of" in read_error(capsys, birds)
