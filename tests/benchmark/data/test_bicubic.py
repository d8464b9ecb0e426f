"""Bicubic scaling against printed output of MATLAB, torch, Pillow and closed forms."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmark.data.bicubic import compute_weights, keys_kernel, resize_bicubic

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
FACTORS = st.sampled_from([HALF, QUARTER, Fraction(1, 3), Fraction(3, 4), 0.3, 1, 1.5, 2, 4])


def pictures(n=2, channels=3, height=24, width=32, *, seed=0):
    shape = (n, channels, height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def scaled(image, factor):
    """In floats, not rounded."""
    rows, columns = (compute_weights(side, factor) for side in image.shape)
    return rows @ image @ columns.T


def interior(side, factor):
    """Indices of the scaled pixels that depend on no mirrored pixel."""
    reach = 2 / min(float(factor), 1.0)
    places = (np.arange(math.ceil(side * factor)) + 0.5) / float(factor) - 0.5
    return np.flatnonzero((places - reach >= 0) & (places + reach <= side - 1))


def test_the_kernel_at_quarters_of_a_pixel():
    """By hand: 3/2 x^3 - 5/2 x^2 + 1 up to 1, then -1/2 x^3 + 5/2 x^2 - 4 x + 2 up to 2."""
    quarters = np.arange(10) / 4
    by_hand = np.array([128, 111, 72, 29, 0, -9, -8, -3, 0, 0]) / 128
    np.testing.assert_allclose(keys_kernel(quarters), by_hand, atol=1e-15)
    np.testing.assert_allclose(keys_kernel(-quarters), by_hand, atol=1e-15)


def test_four_pixels_halved_by_hand():
    """The kernel is twice as wide: its values above, in parts of 256, lie half pixels apart.

    The centre of the first scaled pixel is at 0.5. Pixels -3 to 4 add -3, -9, 29, 111, 111, 29, -9
    and -3 parts; -3 to -1 mirror 2 to 0, and 4 mirrors 3.
    """
    first = np.array([111 + 29, 111 - 9, 29 - 3, -9 - 3]) / 256
    np.testing.assert_allclose(compute_weights(4, HALF), [first, first[::-1]], atol=1e-15)
    ramp = np.array([0, 64, 128, 192], dtype=np.uint8).reshape(1, 1, 4, 1).repeat(4, axis=3)
    # (64 * 102 + 128 * 26 - 192 * 12) / 256 is 29.5, and 192 less that 162.5: halves go up
    assert resize_bicubic(ramp, HALF)[0, 0].tolist() == [[30, 30], [163, 163]]


def test_two_pixels_doubled_by_hand():
    """The centres of the scaled pixels are at -1/4, 1/4, 3/4 and 5/4.

    To the first, pixels -2 to 1 add -3, 29, 111 and -9 parts of 128, to the second -1 to 2 add -9,
    111, 29 and -3; -2 and -1 mirror 1 and 0, and 2 mirrors 1.
    """
    first, second = np.array([111 + 29, -9 - 3]) / 128, np.array([111 - 9, 29 - 3]) / 128
    expected = [first, second, second[::-1], first[::-1]]
    np.testing.assert_allclose(compute_weights(2, 2), expected, atol=1e-15)


MATRIX = np.array([[3, 1, 2, 6], [1, 5, 2, 7], [1, 3, 6, 2], [4, 1, 9, 2]])
# as MATLAB printed imresize(MATRIX, [8 8], 'bicubic'), less the outermost values:
# mathworks.com/matlabcentral/answers/1628, 2011
DOUBLED = """
    2.4435 2.0052 1.7138 1.5692 2.8062 5.4248
    2.0609 3.9181 3.8763 1.9355 2.6382 5.9844
    1.6796 4.2357 4.6921 3.0489 3.2618 5.3307
    1.2996 2.9579 4.1612 4.9094 4.6769 3.4639
    1.6768 1.9697 3.5367 6.3776 6.1378 2.8173
    2.8110 1.2710 2.8185 7.4537 7.6444 3.3907
"""


def test_equals_the_output_of_matlab_within():
    """At the outermost pixels, MATLAB of 2011 repeated the border, where it mirrors it now."""
    expected = np.array(DOUBLED.split(), dtype=float).reshape(6, 6)
    np.testing.assert_allclose(scaled(MATRIX, 2)[1:-1, 1:-1], expected, atol=5.1e-5)


def test_equals_the_output_of_matlab_along_a_line():
    """imresize([0 0 1 1 0], [1 10]), stackoverflow.com/questions/17380407, 2013; without the last
    value, for the same reason."""
    expected = [0, -0.0234, -0.0703, 0.2031, 0.7969, 1.0938, 1.0938, 0.7969, 0.2031]
    actual = compute_weights(5, 2) @ [0, 0, 1, 1, 0]
    np.testing.assert_allclose(actual[:-1], expected, atol=5.1e-5)


def test_equals_a_port_that_is_tested_against_matlab():
    """arange(16) as 4x4 to 3x3, printed by bicubic-pytorch 1.2.0, github.com/sanghyun-son, whose
    tests compare this case with files of MATLAB R2019b to 1e-3: it shrinks, with mirrored edges.
    It computes in float32, so that what should be 15 - 8.8499 is 6.1505."""
    expected = [[0.7506, 2.1004, 3.4503], [6.1505, 7.5, 8.8499], [11.5497, 12.8996, 14.2494]]
    actual = scaled(np.arange(16).reshape(4, 4), Fraction(3, 4))
    np.testing.assert_allclose(actual, expected, atol=5e-4)


@pytest.mark.parametrize("factor", [HALF, QUARTER, Fraction(3, 4), 2, 4])
def test_equals_torch_within(factor):
    """Theirs leaves out what lies beyond the edges, ours mirrors it."""
    image = np.random.default_rng(0).uniform(0, 255, (24, 32))
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(image)[None, None],
        size=[int(side * factor) for side in image.shape],
        mode="bicubic",
        antialias=True,
    )[0, 0].numpy()
    actual = scaled(image, factor)
    assert actual.shape == expected.shape
    within = np.ix_(*(interior(side, factor) for side in image.shape))
    assert actual[within].size >= 4
    np.testing.assert_allclose(actual[within], expected[within], rtol=1e-10)
    assert not np.allclose(actual, expected)


@pytest.mark.parametrize("factor", [HALF, QUARTER, Fraction(3, 4)])
def test_equals_pillow_within_when_shrinking(factor):
    image = pictures(1, 1)[0, 0] // 2 + 64  # theirs of bytes clips after either axis, ours once
    height, width = (int(side * factor) for side in image.shape)
    theirs = Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC)
    floats = Image.fromarray(image.astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    within = np.ix_(*(interior(side, factor) for side in image.shape))
    actual = scaled(image, factor)[within]
    np.testing.assert_allclose(actual, np.asarray(floats)[within], atol=1e-3)
    # and it rounds after either axis
    resized = resize_bicubic(image[None, None], factor)[0, 0][within].astype(int)
    assert np.abs(resized - np.asarray(theirs)[within]).max() <= 1


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), FACTORS)
def test_weights_sum_to_one_and_mirror(side, factor):
    matrix = compute_weights(side, factor)
    assert matrix.shape == (math.ceil(side * factor), side)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-12)
    if side * factor == len(matrix):
        np.testing.assert_allclose(matrix[::-1, ::-1], matrix, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 255), st.integers(1, 20), st.integers(1, 20), FACTORS)
def test_a_constant_image_stays_constant(value, height, width, factor):
    resized = resize_bicubic(np.full((1, 2, height, width), value, np.uint8), factor)
    assert resized.dtype == np.uint8
    assert resized.shape == (1, 2, math.ceil(height * factor), math.ceil(width * factor))
    assert (resized == value).all()


@pytest.mark.parametrize("factor", [HALF, QUARTER, 2, 4])
def test_a_ramp_stays_a_ramp_within(factor):
    within = interior(32, factor)
    places = (within + 0.5) / float(factor) - 0.5
    np.testing.assert_allclose(
        (compute_weights(32, factor) @ np.arange(32))[within], places, atol=1e-12
    )


def test_a_factor_of_one_changes_nothing():
    np.testing.assert_array_equal(resize_bicubic(pictures(), 1), pictures())


def test_a_fraction_is_its_float():
    for side in (24, 27):
        np.testing.assert_array_equal(compute_weights(side, QUARTER), compute_weights(side, 0.25))


@pytest.mark.parametrize("factor", [HALF, 2])
def test_axes_and_images_are_scaled_independently(factor):
    images = pictures()
    resized = resize_bicubic(images, factor)
    turned = resize_bicubic(images.transpose(0, 1, 3, 2), factor)
    flipped = resize_bicubic(images[:, :, ::-1, ::-1], factor)[:, :, ::-1, ::-1]
    for other in (turned.transpose(0, 1, 3, 2), flipped):
        assert np.abs(other.astype(int) - resized).max() <= 1
    assert np.abs(resize_bicubic(images[1:, 2:], factor).astype(int) - resized[1:, 2:]).max() <= 1


def test_nothing_aliases():
    """Stripes finer than the scaled pixels are grey, where every fourth pixel would be black."""
    stripes = np.tile(np.array([0, 255], np.uint8), 32).reshape(1, 1, 1, 64).repeat(16, axis=2)
    resized = resize_bicubic(stripes, QUARTER)[0, 0]
    assert (np.abs(resized[:, 2:-2].astype(int) - 127.5) < 2).all()


def test_overshoots_are_clipped():
    edge = np.repeat(np.array([0, 255], np.uint8), 8).reshape(1, 1, 1, 16).repeat(4, axis=2)
    resized = resize_bicubic(edge, 2)[0, 0, 0].astype(int)
    assert resized.min() == 0 and resized.max() == 255 and (np.diff(resized) >= 0).all()


def test_bad_input_is_an_error():
    images = pictures()
    for wrong in (images / 255, images[0]):
        with pytest.raises(ValueError, match=r"expected uint8 \(n, c, h, w\), got"):
            resize_bicubic(wrong, 2)
    for factor in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="expected a factor above 0 and finite, got"):
            resize_bicubic(images, factor)
    with pytest.raises(ValueError, match="expected a side of 1 pixel or more, got 0"):
        resize_bicubic(images[..., :0], 2)
