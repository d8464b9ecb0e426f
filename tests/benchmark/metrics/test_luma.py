"""Luma against scikit-image and the documented range of MATLAB."""

import numpy as np
import pytest
from skimage.color import rgb2ycbcr

from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.psnr import psnr


def images(n=2, channels=3):
    return np.random.default_rng(0).integers(0, 256, (n, channels, 6, 5), dtype=np.uint8)


def test_equals_scikit_image():
    y = rgb_to_luma(images())
    assert y.shape == (2, 1, 6, 5) and y.dtype == np.float64
    np.testing.assert_allclose(y, rgb2ycbcr(images(), channel_axis=1)[:, :1], atol=1e-12)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), 16),
        ((255, 255, 255), 235),
        ((255, 0, 0), 81.481),
        ((0, 255, 0), 144.553),
        ((0, 0, 255), 40.966),
    ],
)
def test_pure_colours(colour, expected):
    image = np.array(colour, np.uint8).reshape(1, 3, 1, 1)
    assert rgb_to_luma(image).item() == pytest.approx(expected, abs=1e-12)


def test_greyscale_is_returned_unchanged():
    grey = images(channels=1)
    assert rgb_to_luma(grey) is grey


def test_rounding_has_little_effect():
    """Rounding adds errors of variance 1/12 to both, little beside the errors of a model."""
    generator = np.random.default_rng(0)
    truth = generator.integers(30, 226, (1, 3, 200, 200), dtype=np.uint8)
    made = np.rint(truth + generator.normal(scale=8, size=truth.shape)).clip(0, 255)
    y, other = rgb_to_luma(truth), rgb_to_luma(made.astype(np.uint8))
    assert psnr(y, other) == pytest.approx(psnr(np.rint(y), np.rint(other)), abs=0.05)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="expected images in uint8, got float64"):
        rgb_to_luma(images() / 255)
    for wrong in (images(channels=2), images()[0]):
        with pytest.raises(ValueError, match=r"expected images of shape \(n, 1 or 3, h, w\)"):
            rgb_to_luma(wrong)
