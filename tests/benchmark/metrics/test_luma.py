"""The luma against scikit-image and MATLAB's documented range."""

import numpy as np
import pytest
from skimage.color import rgb2ycbcr

from benchmark.metrics.luma import luma
from benchmark.metrics.psnr import psnr


def images(n=2, channels=3):
    return np.random.default_rng(0).integers(0, 256, (n, channels, 6, 5), dtype=np.uint8)


def test_equals_scikit_image():
    found = luma(images())
    assert found.shape == (2, 1, 6, 5) and found.dtype == np.float64
    np.testing.assert_allclose(found, rgb2ycbcr(images(), channel_axis=1)[:, :1], atol=1e-12)


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
def test_of_pure_colours(colour, expected):
    image = np.array(colour, np.uint8).reshape(1, 3, 1, 1)
    assert luma(image).item() == pytest.approx(expected, abs=1e-12)


def test_greyscale_comes_back_as_it_is():
    grey = images(channels=1)
    assert luma(grey) is grey


def test_that_it_is_not_rounded_hardly_matters():
    """Rounding adds errors of variance 1/12 to both, little beside what a model gets wrong."""
    generator = np.random.default_rng(0)
    truth = generator.integers(30, 226, (1, 3, 200, 200), dtype=np.uint8)
    made = np.rint(truth + generator.normal(scale=8, size=truth.shape)).clip(0, 255)
    y, other = luma(truth), luma(made.astype(np.uint8))
    assert psnr(y, other) == pytest.approx(psnr(np.rint(y), np.rint(other)), abs=0.05)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="images are uint8, not float64"):
        luma(images() / 255)
    for wrong in (images(channels=2), images()[0]):
        with pytest.raises(ValueError, match=r"are not \(n, 1 or 3, h, w\)"):
            luma(wrong)
