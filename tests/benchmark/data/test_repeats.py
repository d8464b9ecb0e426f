"""Pictures that are trained on and held out."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.data.repeats import check_repeats, digest_pixels
from tests.command import error_line

A, B, C = (np.full((2, 3), level, np.uint8) for level in (1, 2, 3))


def pictures(*arrays):
    files = [Path(f"{number}.png") for number in range(len(arrays))]
    return files, [digest_pixels(array) for array in arrays]


def test_pictures_are_equal_if_shapes_and_pixels_are():
    assert digest_pixels(A) == digest_pixels(A[::-1].copy()) != digest_pixels(B)
    assert digest_pixels(A) != digest_pixels(A.T)
    assert digest_pixels(A, B) not in (digest_pixels(A), digest_pixels(B, A))


def test_repeats_within_a_split_are_allowed():
    check_repeats(pictures(A, A, B), pictures(C, C))


@pytest.mark.parametrize(("held_out", "more"), [((C, B), ""), ((B, A, B), ", and 2 more of this")])
def test_repeats_across_splits_are_one_line(capsys, held_out, more):
    line = error_line(capsys, lambda: check_repeats(pictures(A, B), pictures(*held_out)))
    first = 1 if more == "" else 0
    assert line.startswith(f"{first}.png: expected no picture to train on among those held out")
    assert f"got the pixels of 1.png{more}" in line and line.endswith("remove one of the two")


def test_published_splits_are_kept(capsys):
    check_repeats(pictures(A), pictures(A), is_published=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("note: 0.png") and line.endswith("the published splits are kept")
