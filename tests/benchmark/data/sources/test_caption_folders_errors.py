"""Folders of images with captions that are invalid: one line each."""

import json
import re

import pytest

from tests.benchmark.config.params import load_error
from tests.benchmark.data.sources.caption_folders import read, shade
from tests.benchmark.data.sources.images import save_image
from tests.command import error_line


def read_error(capsys, root, **keywords):
    """Return the error of reading a folder."""
    return error_line(capsys, lambda: read(root, **keywords))


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
