"""Density and coverage against prdc and worked examples."""

import numpy as np
import pytest
from prdc import compute_prdc

from benchmark.metrics.density_coverage import density_coverage


def sets():
    generator = np.random.default_rng(0)
    return generator.normal(size=(300, 8)), generator.normal(size=(200, 8)) * 0.7 + 0.5


@pytest.mark.parametrize("k", [1, 5, 9])
def test_equals_prdc(k):
    real, generated = sets()
    theirs = compute_prdc(real, generated, nearest_k=k)
    assert density_coverage(real, generated, k=k) == pytest.approx(
        (theirs["density"], theirs["coverage"]), rel=1e-14
    )


def test_order_of_real_and_generated():
    """Generated in one of two real modes, closer to its middle: dense, and half is covered."""
    generator = np.random.default_rng(0)
    modes = generator.normal(size=(2, 200, 2)) * 0.1 + np.array([[[0, 0]], [[10, 10]]])
    real, generated = modes.reshape(400, 2), modes[0] * 0.5
    density, coverage = density_coverage(real, generated)
    assert density > 1 and 0.2 < coverage <= 0.5
    density, coverage = density_coverage(generated, real)
    assert density < 0.5 and coverage > 0.5


def test_the_border_does_not_belong_to_the_ball():
    real = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert density_coverage(real, np.array([[-1.0]]), k=1) == (0, 0)
    assert density_coverage(real, np.array([[-0.5]]), k=1) == (1, 0.25)


def test_equal_distributions_have_a_density_of_about_one():
    generator = np.random.default_rng(0)
    density, coverage = density_coverage(*generator.normal(size=(2, 2000, 4)))
    assert density == pytest.approx(1, abs=0.05)
    # equation 9: 1 - (1/2)^k where both sets are large and of one size
    assert coverage == pytest.approx(1 - 0.5**5, abs=0.01)


def test_distant_sets_score_zero():
    real, _ = sets()
    assert density_coverage(real, real + 1000) == (0, 0)
