"""Folders of images: every kind of file, both layouts, and one line for what cannot be read."""

import numpy as np
import pytest
from PIL import Image

from benchmark.data.sources import folders
from tests.benchmark.data.sources.images import (
    BLUE,
    RED,
    list_greys,
    make_image,
    read_folder,
    save_image,
    save_images,
)


def shown(path, side=8):
    return folders.load_pixels([path], side)[0][0]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("L", (9, 31), 77), (77, 77, 77)),
        (Image.new("1", (9, 31), 1), (255, 255, 255)),
        (Image.new("RGBA", (31, 9), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (31, 9), (255, 0, 0, 255)), RED),
        (Image.new("LA", (31, 9), (0, 0)), (255, 255, 255)),
        (make_image(BLUE).convert("P"), BLUE),
        (Image.fromarray(np.full((9, 13), 77 * 257, np.uint16)), (77, 77, 77)),
        (make_image(RED, (1, 1)), RED),
        (make_image(RED, (700, 1)), RED),
    ],
)
def test_converts_every_kind_of_image_to_rgb(tmp_path, image, expected):
    pixels = shown(save_image(image, tmp_path / "a.png"))
    assert pixels.shape == (3, 8, 8) and pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.broadcast_to(np.array(expected)[:, None, None], (3, 8, 8)))


def test_transparent_pixels_and_palettes_are_blended_with_white(tmp_path):
    half = save_image(Image.new("RGBA", (8, 8), (0, 0, 0, 51)), tmp_path / "half.png")
    assert (shown(half) == 204).all()
    palette = make_image(BLUE).convert("P")
    palette.save(tmp_path / "palette.png", transparency=palette.getpixel((0, 0)))
    assert (shown(tmp_path / "palette.png") == 255).all()


def test_an_image_is_rotated_by_its_exif_data(tmp_path):
    image = make_image(RED, (16, 16))
    image.paste(BLUE, (0, 0, 16, 8))  # above
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    image.save(tmp_path / "a.png", exif=exif)
    pixels = shown(tmp_path / "a.png")
    assert tuple(pixels[:, 4, 7]) == BLUE and tuple(pixels[:, 4, 0]) == RED


def test_an_image_is_cropped_centrally_and_scaled_with_antialiasing(tmp_path):
    image = make_image(RED, (64, 32))
    image.paste((0, 255, 0), (16, 0, 48, 32))
    assert (shown(save_image(image, tmp_path / "a.png"))[1] > 200).all()
    stripes = np.zeros((32, 32), np.uint8)
    stripes[:, ::2] = 255
    inner = shown(save_image(Image.fromarray(stripes), tmp_path / "b.png"))[:, :, 1:-1]
    assert abs(inner.astype(int) - 127).max() < 16  # without antialiasing, all 0 or all 255


@pytest.mark.parametrize(("target", "expected"), [("B", 100), ("A", 0)])
def test_pairs_in_two_folders(tmp_path, target, expected):
    save_images(tmp_path / "A", list_greys(30))
    save_images(tmp_path / "B", list_greys(30, start=100), size=(48, 40))
    (tmp_path / "B/007.png").rename(tmp_path / "B/007.PNG")
    parts = read_folder(tmp_path, target=target)
    assert [len(part.images) for part in parts] == [27, 3]
    for part in parts:
        images, labels, condition = part.images, part.labels, part.condition
        assert images.shape == condition.shape == (len(labels), 3, 8, 8)
        assert not labels.any() and labels.dtype == np.int64 and part.paired
        numbers = images[:, 0, 0, 0].astype(int) - expected
        assert np.array_equal(numbers, condition[:, 0, 0, 0].astype(int) - (100 - expected))
    again = read_folder(tmp_path, target=target)
    assert all(np.array_equal(a.images, b.images) for a, b in zip(parts, again, strict=True))


def test_folders_of_training_and_test_images_without_pairs(tmp_path):
    for name, colours in (
        ("trainA", list_greys(5)),
        ("trainB", list_greys(9, 50)),
        ("testA", list_greys(2, 100)),
        ("testB", list_greys(3, 150)),
    ):
        save_images(tmp_path / name, colours)
    parts = read_folder(tmp_path, paired=False)
    for part, own, others in zip(parts, ((9, 50), (3, 150)), ((5, 0), (2, 100)), strict=True):
        assert not part.paired and len(part.labels) == len(part.images)
        for result, (count, start) in ((part.images, own), (part.condition, others)):
            assert result[:, 0, 0, 0].tolist() == list(range(start, start + count))


def test_holds_out_a_tenth_without_test_images(tmp_path):
    save_images(tmp_path / "A", list_greys(20))
    save_images(tmp_path / "B", list_greys(41, 100))
    train, test = read_folder(tmp_path, paired=False)
    assert (len(train.images), len(test.images)) == (37, 4)
    assert (len(train.condition), len(test.condition)) == (18, 2)
    assert {*train.images[:, 0, 0, 0]} | {*test.images[:, 0, 0, 0]} == set(range(100, 141))


@pytest.mark.parametrize("held_out", ["val", "test", None])
@pytest.mark.parametrize("target", ["left", "right"])
def test_images_side_by_side(tmp_path, target, held_out):
    numbers = {"train": range(20)} | ({held_out: range(20, 24)} if held_out else {})
    for part in numbers:
        for number in numbers[part]:
            image = make_image((number, 0, 0), (40, 20))
            image.paste((0, number, 0), (20, 0, 40, 20))
            save_image(image, tmp_path / part / f"{number:02}.png")
    (tmp_path / "trainA").mkdir()  # some lay the halves beside them too
    parts = read_folder(tmp_path, target=target)
    assert [len(part.images) for part in parts] == ([20, 4] if held_out else [18, 2])
    for part in parts:
        halves = part.images, part.condition
        left, right = halves if target == "left" else reversed(halves)
        assert np.array_equal(left[:, 0], right[:, 1])
        assert not left[:, 1:].any() and not right[:, 0].any()


def test_images_side_by_side_directly_in_the_folder(tmp_path):
    save_images(tmp_path, list_greys(20), size=(40, 20))
    assert [len(part.images) for part in read_folder(tmp_path, target="right")] == [18, 2]
