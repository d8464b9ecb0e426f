"""SSIM against scikit-image and closed forms."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.ssim import ssim


def theirs(truth, made):
    """Compute the SSIM of scikit-image for ``(c, h, w)``, with the settings of the paper."""
    return structural_similarity(
        truth,
        made,
        channel_axis=0,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )


def smooth(n=3, channels=3, height=20, width=17, *, seed=0, noise=15.0):
    """Draw slow waves, and add noise to a copy, uint8 ``(n, c, h, w)`` each."""
    generator = np.random.default_rng(seed)
    phases = generator.uniform(0, 6, (n, channels, 1, 1))
    waves = np.sin(phases + np.arange(height)[:, None] / 4) * np.cos(np.arange(width) / 5 - phases)
    truth = 127 + 100 * waves
    made = truth + noise * generator.normal(size=truth.shape)
    return tuple(np.clip(x, 0, 255).astype(np.uint8) for x in (truth, made))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("border", "height", "width"), [(0, 20, 17), (0, 11, 11), (4, 20, 19)])
def test_equals_scikit_image(channels, border, height, width):
    truth, made = smooth(channels=channels, height=height, width=width)
    inside = (..., slice(border, height - border), slice(border, width - border))
    expected = [theirs(a[inside], b[inside]) for a, b in zip(truth, made, strict=True)]
    for i, each in enumerate(expected):
        assert 0.1 < each < 0.99  # or equality would say little
        single = ssim(truth[i : i + 1], made[i : i + 1], border=border)
        assert single == pytest.approx(each, abs=1e-10)
    assert ssim(truth, made, border=border) == pytest.approx(np.mean(expected), abs=1e-10)


def test_floats_equal_scikit_image():
    truth, made = (rgb_to_luma(images) for images in smooth())
    expected = np.mean([theirs(a, b) for a, b in zip(truth, made, strict=True)])
    assert ssim(truth, made) == pytest.approx(expected, abs=1e-10)


def test_one_window_is_that_of_matlab():
    """Equation 13 with the weights of ``fspecial("gaussian", 11, 1.5)``."""
    truth, made = (images[:1].astype(float) for images in smooth(channels=1, height=11, width=11))
    squares = ((np.indices((11, 11)) - 5) ** 2).sum(axis=0)
    weights = np.exp(-squares / (2 * 1.5**2))
    weights /= weights.sum()
    mean_x, mean_y = (weights * truth).sum(), (weights * made).sum()
    variances = [(weights * (x - m) ** 2).sum() for x, m in ((truth, mean_x), (made, mean_y))]
    covariance = (weights * (truth - mean_x) * (made - mean_y)).sum()
    c1, c2 = 2.55**2, 7.65**2
    expected = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    expected /= (mean_x**2 + mean_y**2 + c1) * (sum(variances) + c2)
    assert 0.1 < expected < 0.99
    assert ssim(truth, made) == pytest.approx(expected, abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_flat_images_score_by_their_brightness(first, second):
    """Variances and covariance are 0: equation 13 is (2 a b + C1) / (a^2 + b^2 + C1)."""
    shape, c1 = (1, 1, 12, 12), 2.55**2
    expected = (2 * first * second + c1) / (first**2 + second**2 + c1)
    score = ssim(np.full(shape, first, np.uint8), np.full(shape, second, np.uint8))
    assert score == pytest.approx(expected, abs=1e-9)


def test_copy_scores_one_and_negative_below_zero():
    truth, _ = smooth()
    assert ssim(truth, truth) == pytest.approx(1, abs=1e-12)
    checks = 255.0 * (np.indices((16, 16)).sum(axis=0) % 2)[None, None]
    assert -1 <= ssim(checks, 255 - checks) < -0.99


def test_is_symmetric_and_falls_with_the_noise():
    scores = []
    for noise in (2, 10, 50):
        truth, made = smooth(noise=noise)
        scores.append(ssim(truth, made))
        assert ssim(made, truth) == pytest.approx(scores[-1], abs=1e-12)
    assert scores == sorted(scores, reverse=True)


def test_batches_score_as_the_whole(monkeypatch):
    truth, made = smooth(n=7)
    whole = ssim(truth, made)
    module = sys.modules["benchmark.metrics.ssim"]  # the package has a function of its name
    monkeypatch.setattr(module, "BATCH", 3)
    assert ssim(truth, made) == pytest.approx(whole, rel=1e-12)


def test_bad_input_is_an_error():
    truth, made = smooth()
    with pytest.raises(
        ValueError, match="expected images of at least 11x11 pixels, one window, got 10x17"
    ):
        ssim(truth[..., :10, :], made[..., :10, :])
    with pytest.raises(
        ValueError, match="expected images of at least 11x11 pixels, one window, got 12x9"
    ):
        ssim(truth, made, border=4)
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        ssim(truth, made[..., 1:])
    with pytest.raises(ValueError, match="generated: expected values in"):
        ssim(truth, made / 127.5 - 1)
