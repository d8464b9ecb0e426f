"""Read images from folders and arrays."""

from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from benchmark.data.image_files import load_rgb
from benchmark.evaluation import inputs
from tests.benchmark.evaluation.image_files import make_images, save_folder


def read_all(name, size=7):
    return np.concatenate(list(inputs.load_input(str(name)).batches(size)))


def test_reads_colour_images_in_every_form(digits_folder):
    images = make_images(5, 3, 6, 4)
    save_folder(digits_folder / "nested" / "deeper", images)
    (digits_folder / "nested" / "notes.txt").write_text("not an image")
    np.save("last.npy", images.transpose(0, 2, 3, 1))
    np.save("first.npy", images)
    for name in ("nested", "last.npy", "first.npy"):
        assert inputs.load_input(name).shape == (3, 6, 4)
        assert np.array_equal(read_all(name, size=2), images)


def test_reads_palettes_and_single_bits(digits_folder):
    image = Image.fromarray(make_images(1, 8, 8, 3)[0])
    (digits_folder / "palette").mkdir()
    image.convert("P").save(digits_folder / "palette" / "a.png")
    (digits_folder / "bits").mkdir()
    image.convert("1").save(digits_folder / "bits" / "a.png")
    assert inputs.load_input("palette").shape == (3, 8, 8)
    assert set(np.unique(read_all("bits"))) <= {0, 255} and inputs.load_input("bits").shape == (
        1,
        8,
        8,
    )


def test_turns_images_upright_as_training_does(digits_folder):
    image = Image.fromarray(make_images(1, 6, 4, 3)[0])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    (digits_folder / "turned").mkdir()
    image.save(digits_folder / "turned/a.png", exif=exif)
    assert inputs.load_input("turned").shape == (3, 4, 6)
    assert np.array_equal(
        read_all("turned")[0], np.asarray(load_rgb(Path("turned/a.png"))).transpose(2, 0, 1)
    )


def test_rounds_levels_of_16_bits(digits_folder):
    levels = make_images(1, 5, 7)[0] // 2
    (digits_folder / "deep").mkdir()
    Image.fromarray(levels.astype(np.uint16) * 257 + 100).save(digits_folder / "deep/a.png")
    given = inputs.load_input("deep")
    assert given.notes == ("deep: levels of more than 8 bits reduced to 256 levels",)
    assert np.array_equal(read_all("deep")[0, 0], levels)


def test_notes_what_it_leaves_out(digits_folder):
    save_folder(digits_folder / "set", make_images(3, 1, 8, 8))
    save_folder(digits_folder / "set/.ipynb_checkpoints", make_images(2, 1, 8, 8))
    given = inputs.load_input("set")
    assert given.count == 3 and given.notes == ("set: .ipynb_checkpoints/ left out",)


@pytest.mark.parametrize(("factor", "offset"), [(1 / 255, 0), (1 / 127.5, -1)])
@pytest.mark.parametrize("error", [1e-7, 1e-6, 1e-3])
def test_errors_of_rounding_change_no_range(digits_folder, factor, offset, error):
    images = make_images(4, 1, 8, 8)
    images[0, 0, 0, :2] = 0, 255
    floats = images * factor + offset
    floats[0, 0, 0, :2] += (-error, error)
    np.save("floats.npy", floats)
    assert np.array_equal(read_all("floats.npy"), images)
