"""Errors of image folders."""

import numpy as np
from PIL import Image

from tests.benchmark.data.sources.images import (
    RED,
    check_damaged,
    list_greys,
    make_image,
    read_folder,
    save_image,
    save_images,
)
from tests.command import error_line


def read_error(capsys, path, **keywords):
    """Return the error of reading a folder."""
    return error_line(capsys, lambda: read_folder(path, **keywords))


def test_names_a_damaged_file(tmp_path, capsys):
    save_images(tmp_path / "A", list_greys(12))
    save_images(tmp_path / "B", list_greys(12))
    check_damaged(tmp_path / "B/004.png", lambda: read_error(capsys, tmp_path))


def test_refuses_floating_point_pixels(tmp_path, capsys):
    save_images(tmp_path / "A", list_greys(2))
    save_images(tmp_path / "B", list_greys(1))
    save_image(Image.new("F", (8, 8)), tmp_path / "B/001.tif")
    error = read_error(capsys, tmp_path)
    assert error == f"{tmp_path}/B/001.tif: expected 8 or 16 bits a channel, got mode F; convert it"


def test_refuses_pairs_with_different_names(tmp_path, capsys):
    save_images(tmp_path / "A", list_greys(5))
    save_images(tmp_path / "B", list_greys(5))
    (tmp_path / "A/003.png").rename(tmp_path / "A/3.png")
    error = read_error(capsys, tmp_path)
    assert error == (
        f"{tmp_path}/B/003.png: expected an image of that name in {tmp_path}/A, got none;"
        " give pairs the same names"
    )
    assert len(read_folder(tmp_path, paired=False)) == 2
    save_image(make_image(RED), tmp_path / "B/003.jpg")
    assert "expected one image of this name, got 003.jpg too; " in read_error(capsys, tmp_path)


def test_refuses_pairs_with_different_aspect_ratios(tmp_path, capsys):
    save_images(tmp_path / "A", list_greys(12))
    save_images(tmp_path / "B", list_greys(12))
    save_image(make_image(RED, (20, 20)), tmp_path / "B/004.png")
    error = read_error(capsys, tmp_path)
    assert error == (
        f"{tmp_path}/B/004.png: expected the aspect ratio of {tmp_path}/A/004.png, 1.2, got 1; crop"
        " the two images of a pair alike"
    )


def test_reports_missing_and_empty_folders(tmp_path, capsys):
    none = "expected a folder, got none; correct the path"
    assert read_error(capsys, tmp_path / "no") == f"{tmp_path}/no: {none}"
    assert ": expected folders trainA and trainB, or A and B, got none of" in read_error(
        capsys, tmp_path
    )
    (tmp_path / "A").mkdir()
    save_images(tmp_path / "B", list_greys(1))
    assert read_error(capsys, tmp_path).startswith(f"{tmp_path}/A: expected images, such as")
    error = read_error(capsys, tmp_path, target="left")
    assert "expected images side by side, got a folder A; write target: A or B" in error
    save_images(tmp_path / "A", list_greys(1))
    assert read_error(capsys, tmp_path).endswith("as one is held out, got 1; add images")
    save_images(tmp_path / "trainA", list_greys(1))
    assert read_error(capsys, tmp_path) == f"{tmp_path}/trainB: {none}"


def test_refuses_two_halves_of_odd_width(tmp_path, capsys):
    for split in ("train", "val"):
        save_images(tmp_path / split, list_greys(3), size=(9, 5))
    error = read_error(capsys, tmp_path, target="left")
    assert error == (
        f"{tmp_path}/train/000.png: expected two halves, got a width of 9 pixels; crop it to an"
        " even width"
    )


def test_an_image_to_generate_is_not_trained_on_and_held_out(tmp_path, capsys):
    for name, colours in (
        ("trainA", list_greys(9)),
        ("trainB", list_greys(9, 50)),
        ("testA", list_greys(3, 100)),
        ("testB", list_greys(3, 150)),
    ):
        save_images(tmp_path / name, colours)
    generator = np.random.default_rng(0)
    picture = Image.fromarray(generator.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    save_image(picture, tmp_path / "trainB/004.png")
    assert len(read_folder(tmp_path, paired=False)) == 2
    save_image(picture, tmp_path / "testB/001.png")
    line = read_error(capsys, tmp_path, paired=False)
    assert line.startswith(f"{tmp_path}/testB/001.png: expected no picture to train on")
    assert f"got the pixels of {tmp_path}/trainB/004.png" in line


def test_splits_within_the_folders_of_the_two_sides_are_refused(tmp_path, capsys):
    for side in "AB":
        for split in ("train", "test"):
            save_images(tmp_path / side / split, list_greys(4))
    line = read_error(capsys, tmp_path)
    assert "/test: expected splits in the folders trainA, trainB, testA and testB, got" in line
