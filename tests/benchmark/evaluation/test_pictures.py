"""Samples laid out to be looked at: enlarged whole, apart, and in order."""

import numpy as np
import pytest
from PIL import Image

from benchmark.evaluation.pictures import count_places, sheet, snapshot_sheet, tile


def levels(*shape):
    """Samples of one level each, that of their place."""
    n = int(np.prod(shape[: -3 if len(shape) < 6 else -4]))
    flat = np.arange(n, dtype=np.uint8).repeat(int(np.prod(shape)) // n)
    return flat.reshape(shape)


def middle(picture, column, row, step):
    """Return the pixel in the middle of a place."""
    return np.asarray(picture)[row * step + step // 2 - 1, column * step + step // 2 - 1]


@pytest.mark.parametrize(("side", "step"), [(8, 34), (32, 34), (20, 42)])
def test_samples_are_enlarged_by_a_whole_number_with_a_gap_between(side, step):
    picture = sheet(levels(20, 1, side, side), 8)
    assert picture.mode == "LA" and picture.size == (8 * step - 2, 3 * step - 2)
    assert middle(picture, 3, 1, step).tolist() == [11, 255]
    assert np.asarray(picture)[0, step - 1, 1] == 0  # the gap is transparent
    assert middle(picture, 7, 2, step)[1] == 0  # as are places without a sample
    assert count_places(picture, 8) == 24


def test_colours_stay_what_they_are():
    sample = np.zeros((1, 3, 8, 8), np.uint8) + np.array([10, 20, 30], np.uint8)[:, None, None]
    assert middle(sheet(sample, 1), 0, 0, 34).tolist() == [10, 20, 30, 255]


def test_a_row_is_a_moment_and_a_column_a_latent():
    picture = snapshot_sheet(levels(3, 12, 1, 8, 8))
    assert picture.size == (10 * 8, 3 * 8)
    assert middle(picture, 4, 2, 8) == 2 * 12 + 4


def test_of_clips_a_row_is_every_other_frame_of_the_first():
    clips = np.zeros((2, 5, 1, 6, 8, 8), dtype=np.uint8)
    clips[:, 0] = (10 * np.arange(6, dtype=np.uint8))[None, None, :, None, None]
    picture = snapshot_sheet(clips)
    assert picture.size == (3 * 8, 2 * 8)
    assert [int(middle(picture, column, 1, 8)) for column in range(3)] == [0, 20, 40]


def test_a_sheet_comes_back_from_a_file(tmp_path):
    samples = levels(4, 1, 8, 8)
    sheet(samples, 2).save(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as picture:
        assert count_places(picture, 2) == 4


def test_tiles_without_a_gap_fill_the_rows_with_black():
    picture = tile(levels(5, 1, 4, 4) + 1, 3)
    assert picture.mode == "L" and picture.size == (12, 8)
    pixels = np.asarray(picture)
    assert pixels[0, ::4].tolist() == [1, 2, 3] and pixels[4, ::4].tolist() == [4, 5, 0]
