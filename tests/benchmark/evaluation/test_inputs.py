"""Read images from folders and arrays."""

import numpy as np
from PIL import Image

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
