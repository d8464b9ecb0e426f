"""Images that are streamed: their blocks, and the memory that they take."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from benchmark.data import image_stream
from benchmark.data.image_stream import ImageFiles, ImagesByColumn
from benchmark.data.repeats import digest_pixels
from tests.benchmark.data.sources.images import list_greys, save_images
from tests.command import error_line

GENERATOR = np.random.default_rng(0)


def write(images):
    """Write streamed images, and read the array back."""
    file = io.BytesIO()
    images.write(file, "images")
    file.seek(0)
    return np.load(file)


@pytest.mark.parametrize("count", [1, 4, 5, 8, 11])
def test_blocks_follow_each_other(tmp_path, monkeypatch, count):
    monkeypatch.setattr(image_stream, "BLOCK", 4)
    save_images(tmp_path, list_greys(count), size=(8, 8))
    images = ImageFiles(sorted(tmp_path.iterdir()), side=8)
    sizes = [len(block) for block in images.read_blocks("images")]
    assert sum(sizes) == count == len(images) and set(sizes[:-1]) <= {4}
    for _ in range(2):  # a second time replaces the digests
        array = write(images)
        assert array.shape == images.shape and array[:, 0, 0, 0].tolist() == list(range(count))
        assert images.digests == list(map(digest_pixels, array))


def test_a_damaged_image_is_one_line(tmp_path, capsys):
    save_images(tmp_path, list_greys(9))
    (tmp_path / "004.png").write_bytes(b"")
    images = ImageFiles(sorted(tmp_path.iterdir()), side=8)
    line = error_line(capsys, lambda: write(images))
    assert line.startswith(
        f"{tmp_path}/004.png: expected an image, got a damaged file (it is empty)"
    )


@pytest.fixture
def by_column(tmp_path):
    """Random images of side 16 in a file as STL-10 has them, and the same as ``(n, 3, h, w)``."""
    pixels = GENERATOR.integers(0, 256, (10, 3, 16, 16), dtype=np.uint8)
    pixels.tofile(tmp_path / "images.bin")
    return tmp_path / "images.bin", pixels.swapaxes(2, 3)


def test_images_by_column_are_turned(by_column):
    file, pixels = by_column
    assert np.array_equal(write(ImagesByColumn.find_all(file, stored=16, side=16)), pixels)


def test_images_by_column_are_scaled_one_by_one(by_column):
    file, pixels = by_column
    scaled = write(ImagesByColumn.find_all(file, stored=16, side=8))
    for image, small in zip(pixels, scaled, strict=True):
        whole = Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0)))
        expected = np.asarray(whole.resize((8, 8), Image.Resampling.BICUBIC))
        assert np.array_equal(small.transpose(1, 2, 0), expected)


@pytest.mark.parametrize("rows", [[7, 0, 3], []])
def test_selected_images(tmp_path, by_column, rows):
    save_images(tmp_path / "files", list_greys(10), size=(8, 8))
    files = ImageFiles(sorted((tmp_path / "files").iterdir()), side=8)
    for images in (files, ImagesByColumn.find_all(by_column[0], stored=16, side=8)):
        whole, selected = write(images), images.select(np.array(rows, dtype=np.int64))
        assert np.array_equal(write(selected), whole[rows])
        again = selected.select(np.arange(len(rows))[::-1])
        assert np.array_equal(write(again), whole[rows[::-1]])
        assert len(images.digests) == 10 and len(selected.digests) == len(rows)


def make_files(folder, count):
    save_images(folder, list_greys(1), size=(9, 9))
    return ImageFiles([folder / "000.png"] * count, side=64)


def make_columns(folder, count):
    with (folder / "images.bin").open("wb") as file:
        file.truncate(count * 3 * 64 * 64)
    return ImagesByColumn.find_all(folder / "images.bin", stored=64, side=64)


@pytest.mark.parametrize("make", [make_files, make_columns])
def test_memory_holds_a_block_whatever_the_number_of_images(tmp_path, monkeypatch, make):
    """A block of 16 images of 64x64 has 197 kB, the array of 640 images has 40 times as much."""
    monkeypatch.setattr(image_stream, "BLOCK", 16)
    block = 16 * 3 * 64 * 64
    for count in (16, 640):  # the first time imports modules
        images = make(tmp_path, count)
        with (tmp_path / "written.npy").open("wb") as file:
            tracemalloc.start()
            images.write(file, "images")
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert block < peak < 8 * block  # each thread has a decoded image or two
    assert (tmp_path / "written.npy").stat().st_size > 40 * block
