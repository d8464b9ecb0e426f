"""The distributions in the plane: their shapes, scales and streams."""

import numpy as np
import pytest
from scipy.stats import chi2, kstest
from sklearn.datasets import make_moons, make_swiss_roll

from benchmark.data.sources.points import SOURCES, count_points, draw_parts

N = 20_000


def draws(name, n=N, *, seed=0):
    return SOURCES[name].draw(n, np.random.default_rng(seed))


@pytest.mark.parametrize("name", SOURCES)
def test_draws_are_float32_near_the_square(name):
    points = draws(name)
    assert points.shape == (N, 2) and points.dtype == np.float32
    widest = np.abs(points).max(axis=0) / SOURCES[name].scale
    assert widest.max() > 0.95 and widest.max() < 1.15
    assert draws(name, 0).shape == (0, 2)


@pytest.mark.parametrize("name", SOURCES)
def test_draws_depend_on_the_generator_and_advance_it(name):
    assert np.array_equal(draws(name, 50), draws(name, 50))
    assert not np.array_equal(draws(name, 50), draws(name, 50, seed=1))
    generator = np.random.default_rng(0)
    first, second = (SOURCES[name].draw(50, generator) for _ in range(2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("name", "count", "spacing"),
    [
        ("ring8", 8, 0.7654),
        ("grid25", 25, 0.5),
        ("ring8_pacgan", 8, 0.7654),
        ("grid25_pacgan", 25, 2),
    ],
)
def test_the_modes_are_even_gaussians_of_sigma(name, count, spacing):
    source, points = SOURCES[name], draws(name)
    assert source.modes.shape == (count, 2)
    between = np.linalg.norm(source.modes[:, None] - source.modes, axis=2)
    assert between[between > 1e-9].min() == pytest.approx(spacing, abs=1e-4)
    assert spacing > 30 * source.sigma  # no two modes meet
    away = points[:, None] - source.modes
    nearest = (away**2).sum(axis=2).argmin(axis=1)
    assert np.bincount(nearest, minlength=count) == pytest.approx(N / count, rel=0.15)
    scaled = away[np.arange(N), nearest] / source.sigma
    assert scaled.mean(axis=0) == pytest.approx([0, 0], abs=4 / np.sqrt(N))
    assert kstest((scaled**2).sum(axis=1), chi2(df=2).cdf).pvalue > 0.01
    assert np.corrcoef(scaled.T)[0, 1] == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize(
    ("name", "radius", "sigma", "scale"),
    [
        ("ring8", 1, 0.01, 1),
        ("grid25", 32**0.5, 0.05, 4),
        ("ring8_pacgan", 1, 0.01, 1),
        ("grid25_pacgan", 32**0.5, 0.05, 1),
    ],
)
def test_the_proportions_are_those_of_the_papers(name, radius, sigma, scale):
    source = SOURCES[name]
    furthest = np.linalg.norm(source.modes, axis=1).max()
    assert furthest * scale == pytest.approx(radius)
    assert source.sigma * scale == pytest.approx(sigma)


@pytest.mark.parametrize(("name", "train"), [("ring8", 20_000), ("grid25_pacgan", 100_000)])
def test_the_parts_have_the_counts_of_the_source(name, train):
    parts = draw_parts(name)
    assert len(parts.train.images) == train == count_points(name).train
    assert len(parts.test.images) == len(parts.validation.images) == 2500
    assert count_points("no_such_points") is None


def apart(first, second):
    """How far two large sets are apart in their shares over a coarse grid, 0 to 1."""
    shares = [
        np.histogram2d(*points.T, bins=12, range=[[-1.1, 1.1]] * 2)[0] / len(points)
        for points in (first, second)
    ]
    return np.abs(shares[0] - shares[1]).sum() / 2


def test_the_shapes_without_modes_are_those_of_scikit_learn():
    moons = make_moons(N, noise=0.05, random_state=0)[0]
    assert apart(draws("two_moons"), (moons - [0.5, 0.25]) / 1.5) < 0.04
    roll = make_swiss_roll(N, noise=0.25, random_state=0)[0][:, [0, 2]]
    assert apart(draws("spiral"), roll / (4.5 * np.pi)) < 0.04
    assert apart(draws("spiral"), draws("two_moons")) > 0.3
    for name in ("spiral", "two_moons"):
        assert SOURCES[name].modes is None and SOURCES[name].sigma is None


@pytest.mark.parametrize("name", SOURCES)
def test_a_point_is_labelled_with_the_nearest_mode(name):
    source = SOURCES[name]
    labels = source.label(draws(name))
    if source.modes is None:
        assert set(labels) == {0}
    else:
        assert np.array_equal(source.label(source.modes), np.arange(len(source.modes)))
        assert set(labels) == set(range(len(source.modes)))
