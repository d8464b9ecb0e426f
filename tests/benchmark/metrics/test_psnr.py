"""PSNR against scikit-image and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.metrics import peak_signal_noise_ratio

from benchmark.metrics.psnr import psnr


def noisy(n=3, channels=3, size=12, *, seed=0):
    """Draw images, and add noise to a copy, uint8 ``(n, c, size, size)`` each."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 256, (n, channels, size, size), dtype=np.uint8)
    noise = generator.normal(scale=20, size=truth.shape)
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("border", [0, 2])
def test_equals_scikit_image(channels, border):
    truth, made = noisy(channels=channels)
    inside = (..., slice(border, 12 - border), slice(border, 12 - border))
    expected = [
        peak_signal_noise_ratio(a[inside], b[inside], data_range=255)
        for a, b in zip(truth, made, strict=True)
    ]
    for i, each in enumerate(expected):
        single = psnr(truth[i : i + 1], made[i : i + 1], border=border)
        assert single == pytest.approx(each, rel=1e-12)
    assert psnr(truth, made, border=border) == pytest.approx(np.mean(expected), rel=1e-12)


@given(st.integers(1, 255))
def test_constant_error(error):
    truth, made = np.zeros((2, 1, 3, 3), np.uint8), np.full((2, 1, 3, 3), error, np.uint8)
    assert psnr(truth, made) == pytest.approx(20 * math.log10(255 / error), abs=1e-12)


def test_black_for_white_scores_zero():
    black, white = np.zeros((1, 3, 4, 4), np.uint8), np.full((1, 3, 4, 4), 255, np.uint8)
    assert psnr(black, white) == 0


def test_averages_decibels_rather_than_errors():
    truth = np.zeros((2, 1, 4, 4), np.uint8)
    made = truth.copy()
    made[0], made[1] = 1, 100
    expected = (20 * math.log10(255) + 20 * math.log10(2.55)) / 2
    assert psnr(truth, made) == pytest.approx(expected, rel=1e-12)


def test_one_exact_copy_makes_the_mean_infinite():
    truth, made = noisy()
    assert psnr(truth, truth) == math.inf
    made[1] = truth[1]
    assert psnr(truth, made) == math.inf


def test_is_symmetric_and_falls_with_the_noise():
    truth, _ = noisy(size=32)
    noise = np.random.default_rng(1).normal(size=truth.shape)
    scores = []
    for scale in (1, 5, 25):
        made = np.clip(truth + scale * noise, 0, 255)
        scores.append(psnr(truth, made))
        assert psnr(made, truth) == pytest.approx(scores[-1], rel=1e-12)
    assert scores == sorted(scores, reverse=True)


def test_border_does_not_count():
    truth, made = noisy()
    spoilt = made.copy()
    spoilt[..., :2], spoilt[..., -1:, :] = 255 - truth[..., :2], 0
    assert psnr(truth, spoilt, border=2) == psnr(truth, made, border=2)
    assert psnr(truth, spoilt) < psnr(truth, made)


def test_ignores_the_type_of_numbers():
    truth, made = noisy()
    ours = psnr(truth.astype(np.float32), made.astype(np.float64))
    assert ours == pytest.approx(psnr(truth, made), rel=1e-12)


def test_bad_input_is_an_error():
    truth, made = noisy()
    with pytest.raises(
        ValueError, match=r"expected two sets .*, got \(3, 3, 12, 12\) and \(2, 3, 12, 12\)"
    ):
        psnr(truth, made[:2])
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        psnr(truth[0], made[0])
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        psnr(truth[:0], made[:0])
    with pytest.raises(
        ValueError, match="generated: expected images in uint8 or floats, got int64"
    ):
        psnr(truth, made.astype(np.int64))
    for wrong in (-0.5, 255.5, math.nan):
        with pytest.raises(ValueError, match=r"truth: expected values in \[0, 255\]"):
            psnr(np.full(made.shape, wrong), made)
    for border in (-1, 6):
        with pytest.raises(
            ValueError, match=f"expected a border of 0 to 5 pixels .*, got {border}"
        ):
            psnr(truth, made, border=border)
