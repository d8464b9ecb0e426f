"""Diversity of the images made from one input, in closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.metrics.diversity import output_diversity
from benchmark.metrics.perceptual import perceptual_distance

SHAPES = ((3, 4, 5, 5), (3, 6, 2, 3))  # of two layers


def draws(count, *, seed=0):
    generator = np.random.default_rng(seed)
    return [[generator.normal(size=shape) for shape in SHAPES] for _ in range(count)]


def test_is_zero_for_equal_draws():
    assert output_diversity(draws(1) * 4) == 0


def test_two_draws_score_their_distance():
    first, second = draws(2)
    expected = pytest.approx(perceptual_distance(first, second), rel=1e-12)
    assert output_diversity([first, second]) == expected


def test_one_draw_of_three_that_differs():
    """Two of the three pairs differ."""
    first, second = draws(2)
    expected = perceptual_distance(first, second) * 2 / 3
    assert output_diversity([first, first, second]) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 6), st.integers(0, 9999))
def test_is_twice_the_variance_of_the_unit_maps(count, seed):
    """Of any vectors, the mean of |a - b|^2 over pairs is twice their unbiased variance."""
    made = draws(count, seed=seed)
    expected = 0.0
    for layer in range(len(SHAPES)):
        maps = np.stack([draw[layer] for draw in made])
        maps /= np.linalg.norm(maps, axis=2, keepdims=True)
        expected += 2 * maps.var(axis=0, ddof=1).sum(axis=1).mean()
    assert output_diversity(made) == pytest.approx(expected, rel=1e-8)


def test_ignores_the_order_of_draws():
    made = draws(5)
    assert output_diversity(made) == pytest.approx(output_diversity(made[::-1]), rel=1e-12)


def test_differences_between_inputs_do_not_count():
    """Every draw is the same: images differ between inputs, not between draws."""
    assert output_diversity([[np.random.default_rng(0).normal(size=(50, 3, 2, 2))]] * 2) == 0


def test_accepts_any_distance():
    """The pairs of three numbers are 1, 3 and 2 apart."""
    assert output_diversity([1.0, 2.0, 4.0], distance=lambda a, b: abs(a - b)) == 2


def test_bad_input_is_an_error():
    for count in (0, 1):
        with pytest.raises(ValueError, match=f"expected at least 2 draws, got {count}"):
            output_diversity(draws(count))
    with pytest.raises(ValueError, match="expected maps of equally many layers"):
        output_diversity([draws(1)[0], draws(1)[0][:1]])
