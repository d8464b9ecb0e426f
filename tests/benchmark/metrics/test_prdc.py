"""All four neighbourhood metrics at once, against prdc and the separate functions."""

import numpy as np
import pytest
from prdc import compute_prdc

from benchmark.metrics import density_coverage, prdc, precision_recall


def sets():
    generator = np.random.default_rng(0)
    return generator.normal(size=(300, 8)), generator.normal(size=(200, 8)) * 0.7 + 0.5


@pytest.mark.parametrize("k", [1, 3, 5, 9])
def test_equals_prdc(k):
    """prdc leaves the border out of all balls; on continuous data there is no difference."""
    real, generated = sets()
    expected = compute_prdc(real, generated, nearest_k=k)
    assert prdc(real, generated, k=k, density_k=k) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("k", "density_k"), [(3, 5), (7, 2)])
def test_equals_the_separate_functions(k, density_k):
    real, generated = sets()
    precision, recall = precision_recall(real, generated, k=k)
    density, coverage = density_coverage(real, generated, k=density_k)
    assert prdc(real, generated, k=k, density_k=density_k) == {
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }


def test_defaults_are_those_of_the_papers():
    real, generated = sets()
    assert prdc(real, generated) == prdc(real, generated, k=3, density_k=5)


def test_too_few_samples_is_an_error():
    with pytest.raises(ValueError, match="expected at least 6 samples for k = 5 neighbours, got 5"):
        prdc(np.eye(5), np.eye(5))
